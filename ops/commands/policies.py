"""The process policy: the parameters that adherence is judged by, version by version."""

from pathlib import Path
from typing import Annotated

import typer

from domain.adherence.parameters import RANGES, newest
from domain.adherence.publication import NAMES
from ops import policies
from ops.clock import now
from ops.commands.setting import Json, answer, opened, read_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def show(*, as_json: Json = False) -> None:
    """Every version's parameters; contracts pin the newest version when they are drafted."""
    with opened(read_settings()) as service:
        known = service.write_side.policies()
    if as_json:
        versions = [policies.as_json(known[number]) for number in sorted(known)]
        answer({"newest": newest(known).version, "versions": versions})
        return
    for name in NAMES:
        values = ", ".join(str(getattr(known[number], name)) for number in sorted(known))
        typer.echo(f"{name} = {values}  # {RANGES[name].start} to {RANGES[name][-1]}")
    typer.echo(f"# one value for each version, 1 to {newest(known).version}")


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(dir_okay=False, exists=True, help="TOML: the parameters that change.")],
    *,
    as_json: Json = False,
) -> None:
    """Publish the next version, for contracts drafted from now on; what FILE doesn't name stays as it was."""
    parameters = policies.read_parameters(file)
    with opened(read_settings()) as service:
        published = policies.publish(service, parameters, now())
    if as_json:
        answer(policies.as_json(published))
        return
    typer.echo(f"published version {published.version}; contracts in force keep the version that they pin")
