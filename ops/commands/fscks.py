"""``driehoek audit fsck``: the whole store against its log."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import typer
from eventsourcing.persistence import PersistenceError
from rich.progress import Progress

from crypto.errors import CryptoError
from ops.audit.fsck.finding import Report
from ops.audit.fsck.run import check_cell, check_closed
from ops.commands.setting import Json, answer, progress, read_settings
from ops.database import cell_database, forbid_core_dumps
from ops.keys.service import WrongRootError
from ops.keys.vault import KeyPlaces, places_of
from ops.store.connections import Connections
from ops.wiring import CellService, open_cell

app = typer.Typer()


@app.command()
def fsck(*, as_json: Json = False) -> None:
    """Check the whole store against its log, and name what isn't as the log says. Ends with 1 if anything isn't."""
    settings = read_settings()
    forbid_core_dumps()
    with cell_database(settings) as url, progress() as bar:
        report = _checked(url, settings.cell, places_of(settings), _line(bar))
    if as_json:
        answer(
            {
                "sound": report.sound,
                "findings": [{"place": one.place, "what": one.what} for one in report.findings],
                "checked": report.checked,
                "unchecked": report.unchecked,
            }
        )
    else:
        _show(report)
    if not report.sound:
        raise typer.Exit(1)


def _checked(url: str, cell: str, places: KeyPlaces, observe: Callable[[int, int], None]) -> Report:
    with _tried(url, cell, places) as service:
        if isinstance(service, CellService):
            return check_cell(service, observe)
    with closing(Connections(url, cell)) as connections:
        report = check_closed(connections, places.log, observe)
    report.unchecked.insert(0, f"anything that needs its keys, because the cell doesn't open: {service}")
    return report


@contextmanager
def _tried(url: str, cell: str, places: KeyPlaces) -> Iterator[CellService | Exception]:
    """The open cell, or why it doesn't open; what goes wrong later is no answer to that."""
    with ExitStack() as stack:
        try:
            service = stack.enter_context(open_cell(url, cell, places))
        except (CryptoError, WrongRootError, PersistenceError) as error:
            yield error
            return
        yield service


def _line(bar: Progress) -> Callable[[int, int], None]:
    task = bar.add_task("events")
    return lambda done, size: bar.update(task, completed=done, total=size)


def _show(report: Report) -> None:
    typer.echo("Looked at " + ", ".join(f"{number} {what}" for what, number in report.checked.items()) + ".")
    for one in report.findings:
        typer.echo(f"{one.place}: {one.what}")
    for what in report.unchecked:
        typer.echo(f"Not checked: {what}")
    typer.echo("The store is what its log says." if report.sound else f"NOT SOUND: {len(report.findings)} findings.")
