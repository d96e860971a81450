"""Backups of one cell's record, and bringing it back with every erasure since."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ops import views
from ops.clock import now
from ops.commands.setting import Json, answer, progress, read_settings, steps
from ops.database import cell_database, database, forbid_core_dumps
from ops.erasure.backup import back_up
from ops.erasure.recovery import Recovery
from ops.keys.vault import places_of

app = typer.Typer()


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="A new or empty folder.")],
    *,
    as_json: Json = False,
) -> None:
    """Write a backup of the cell's record. It holds ciphertext only, and neither the root nor the key copies."""
    settings = read_settings()
    with cell_database(settings) as url:
        made = back_up(settings.migration_url or url, settings.cell, folder, now())
    if as_json:
        answer(asdict(made))
        return
    typer.echo(f"{made.size} events, {made.dump_bytes} bytes, at epoch {made.epoch} of the keys.")
    typer.echo("It opens with the root store and the key copies of every epoch since; keep the copies beside it.")


@app.command()
def restore(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", exists=True, file_okay=False, help="A backup; none for a restored database."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Bring a backup, or a database restored by other means, up to the live root: what was erased stays erased."""
    settings = read_settings()
    forbid_core_dumps()
    with database(settings) as url, progress() as bar:
        recovery = Recovery(url, settings.migration_url or url, settings.cell, places_of(settings), now())
        done = recovery.run(folder, steps(bar, "Keys"), lambda service: views.rebuild(service, bar, service.builders))
    keys = done.keys
    if as_json:
        answer({"events": done.events, "log": done.log, **asdict(keys)})
        return
    typer.echo(f"{done.events} events; keys brought from epoch {keys.from_epoch} to {keys.to_epoch}.")
    typer.echo(f"{keys.living} slots live; {keys.erased} were erased since the backup, and stay erased.")
    if done.log:
        typer.echo(f"The log: {done.log}")
