"""The offline verifier as one of the commands. It needs no settings, no database and no keys; nor does it want any."""

import typer

from crypto.verifier.__main__ import main

app = typer.Typer()


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def verify(arguments: typer.Context) -> None:
    """Check a bundle of evidence, offline: BUNDLE --policy FILE. Exits with 1 when anything in it doesn't hold."""
    raise typer.Exit(main(arguments.args))
