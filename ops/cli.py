"""The commands. Exit codes: 0 done, 1 refused or failed (one line says why), 2 wrong usage."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from eventsourcing.persistence import PersistenceError
from rich.console import Console
from rich.progress import Progress

from crypto.errors import CryptoError
from ops import logs
from ops.clock import now
from ops.demo.player import Refused
from ops.demo.run import DemonstrationError
from ops.demo.run import run as play
from ops.demo.script import ScriptError
from ops.embedded import KeysInsideDataError
from ops.erasure.copies import CopiesError
from ops.erasure.epochs import AnotherEraserError
from ops.keys.service import WrongRootError
from ops.keys.vault import places_of
from ops.server import database, forbid_core_dumps, leave_tidily
from ops.server import serve as serve_api
from ops.settings import RootSettingsError, Settings
from ops.store.migrate import migrate as run_migrations
from ops.store.rows import StoreError
from ops.tokens import DevelopmentIssuer, IssuerError
from ops.wiring import CellService, NotFoundedError, found_cell, open_cell
from ops.worker import Worker

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
projections = typer.Typer(no_args_is_help=True, help="The views: how far they are, and building them anew.")
app.add_typer(projections, name="projections")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
_KNOWN = (
    ScriptError,
    DemonstrationError,
    Refused,
    KeysInsideDataError,
    IssuerError,
    NotFoundedError,
    WrongRootError,
    StoreError,
    PersistenceError,
    CryptoError,
    CopiesError,
    AnotherEraserError,
    RootSettingsError,
)


@app.command()
def demo(
    script: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="An engagement script.")] = None,
    *,
    as_json: _Json = False,
) -> None:
    """Play one engagement from intake to its end, and show it through five pairs of eyes and a thief's."""
    play(script, as_json=as_json)


@app.command()
def serve(
    *,
    worker: Annotated[bool, typer.Option(help="Keep the views up to date in this process, too.")] = True,
) -> None:
    """Serve the API."""
    serve_api(Settings(), with_worker=worker)


@app.command()
def worker() -> None:
    """Keep the views up to date until stopped."""
    forbid_core_dumps()
    leave_tidily()
    with _cell(Settings()) as service:
        Worker(service.builders, service.connections).run()


@app.command()
def migrate(*, as_json: _Json = False) -> None:
    """Bring the schema up to date; on an empty database make the keys and found the cell."""
    settings = Settings()
    with database(settings) as url:
        revisions = run_migrations(settings.migration_url or url, settings.cell)
        founded = found_cell(url, settings.cell, places_of(settings))
    if as_json:
        typer.echo(json.dumps({"revisions": revisions, "cell_founded": founded}))
        return
    typer.echo(f"{len(revisions)} migrations applied; the cell was {'founded' if founded else 'founded before'}.")
    if founded:
        typer.echo("A new root key is in the root store. Keep it apart from the database, and never back it up.")


@app.command()
def token(
    subject: Annotated[str, typer.Argument(help="Who the token is about (the sub claim).")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 365)] = 12,
) -> None:
    """Sign a token with the development issuer, which refuses where another issuer is configured."""
    typer.echo(DevelopmentIssuer(Settings()).token(subject, now(), hours))


@projections.command()
def status(*, as_json: _Json = False) -> None:
    """How far each view is behind the log."""
    with _cell(Settings()) as service:
        size = service.recorder.max_notification_id() or 0
        behind = {name: size - builder.position(service.connections) for name, builder in service.builders.items()}
    if as_json:
        typer.echo(json.dumps({"log": size, "behind": behind}))
        return
    for name, count in behind.items():
        typer.echo(f"{name}: {count} events behind" if count else f"{name}: up to date")


@projections.command()
def rebuild(
    view: Annotated[list[str] | None, typer.Argument(help="Views to build anew; all of them by default.")] = None,
) -> None:
    """Build views anew from the first event. Readers wait meanwhile; nothing is lost."""
    with _cell(Settings()) as service:
        unknown = set(view or ()) - service.builders.keys()
        if unknown:
            raise typer.BadParameter(f"known views: {', '.join(service.builders)}")
        with Progress(console=Console(stderr=True)) as progress:
            for name in view or service.builders:
                size = service.recorder.max_notification_id() or 0
                task = progress.add_task(name, total=size)
                service.builders[name].clear(service.connections)
                while taken := service.builders[name].advance(service.connections):
                    progress.advance(task, taken)


@contextmanager
def _cell(settings: Settings) -> Iterator[CellService]:
    with database(settings) as url, open_cell(url, settings.cell, places_of(settings)) as service:
        yield service


def main() -> None:
    """Run a command; what we know how to say is one line, without a traceback."""
    logs.configure()
    try:
        app()
    except _KNOWN as error:
        typer.echo(f"driehoek: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        # The system's own words for what went wrong; without the path that it went wrong with.
        typer.echo(f"driehoek: {error.strerror or type(error).__name__}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
