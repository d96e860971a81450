"""The processes, and what has to be there before them: demo, serve, worker, migrate, token."""

from pathlib import Path
from typing import Annotated

import typer

from ops.clock import now
from ops.commands.setting import Json, answer, opened, read_settings
from ops.database import database, leave_tidily
from ops.demo.run import run as play
from ops.identity import DevelopmentIssuer
from ops.keys.vault import places_of
from ops.log.publishing import publishing
from ops.store.migrate import migrate as run_migrations
from ops.wiring import found_cell
from ops.worker import Worker, erasing

app = typer.Typer()

_Eraser = Annotated[bool, typer.Option(help="Erase the keys that are due in this process, too.")]


@app.command()
def demo(
    script: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="An engagement script.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Play one engagement from intake to its end, and show it through five pairs of eyes and a thief's."""
    play(script, as_json=as_json)


@app.command()
def serve(
    *,
    worker: Annotated[
        bool, typer.Option(help="Keep the views up to date and publish the log in this process, too.")
    ] = True,
    eraser: _Eraser = True,
) -> None:
    """Serve the API."""
    from ops.server import serve as serve_api  # noqa: PLC0415 - half of what there is to import, for this command only

    serve_api(read_settings(), with_worker=worker, with_eraser=worker and eraser)


@app.command()
def worker(*, eraser: _Eraser = True) -> None:
    """Keep the views up to date, publish the log, and erase the keys that are due, until stopped."""
    from ops.webhooks.addresses import Allowed  # noqa: PLC0415 - with it comes half of the API
    from ops.webhooks.delivering import delivering  # noqa: PLC0415 - likewise

    leave_tidily()
    settings = read_settings()
    with (
        opened(settings) as service,
        erasing(service, wanted=eraser),
        publishing(service.log.publishing),
        delivering(service, Allowed(settings.webhook_networks)),
    ):
        Worker(service.builders, service.connections).run()


@app.command()
def migrate(*, as_json: Json = False) -> None:
    """Bring the schema up to date; on an empty database make the keys and found the cell."""
    settings = read_settings()
    places = places_of(settings)
    with database(settings) as url:
        revisions = run_migrations(settings.migration_url or url, settings.cell)
        founded = found_cell(url, settings.cell, places)
    if as_json:
        answer({"revisions": revisions, "cell_founded": founded})
        return
    typer.echo(f"{len(revisions)} migrations applied; the cell was {'founded' if founded else 'founded before'}.")
    if founded:
        typer.echo(
            "Its first root key is in the root store. Keep the store apart from the database and never back it up: "
            "what isn't copied can be erased. Back the key copies up with the database; they open nothing."
        )


@app.command()
def token(
    subject: Annotated[str, typer.Argument(help="Who the token is about (the sub claim).")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 365)] = 12,
) -> None:
    """Sign a token with the development issuer, which refuses where another issuer is configured."""
    typer.echo(DevelopmentIssuer(read_settings()).token(subject, now(), hours))
