"""The drill, by command: keys are revoked in a scratch place, and then everything that was ever written is tried."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, TaskID

from ops.commands.setting import Json, answer, progress
from ops.drill.drill import Attempt, Drilled, Observe, Tried, run

app = typer.Typer()


@app.command()
def drill(
    engagements: Annotated[int, typer.Option(min=1, help="How many are begun before the loss.")] = 4,
    revocations: Annotated[int, typer.Option(min=20, help="How many there are at least.")] = 60,
    seed: Annotated[int | None, typer.Option(help="Makes what happens the same again, keys and ids apart.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Revoke keys in a scratch place, lose the database, restore it, and try everything. Ends with 1 if it opens."""
    with tempfile.TemporaryDirectory(prefix="driehoek-drill-") as folder, progress() as bar:
        done = run(Path(folder), engagements=engagements, revocations=revocations, seed=seed, observe=_lines(bar))
    if as_json:
        answer(_object(done))
    else:
        _show(done)
    if not done.holds:
        raise typer.Exit(1)


def _lines(bar: Progress) -> Observe:
    """A line for each thing that is done; the one before is done when the next begins."""
    tasks: dict[str, TaskID] = {}

    def observe(what: str, count: int, total: int) -> None:
        for task in (task for said, task in tasks.items() if said != what):
            bar.update(task, completed=bar.tasks[task].total)
        if what not in tasks:
            tasks[what] = bar.add_task(what)
        bar.update(tasks[what], completed=count, total=total)

    return observe


def _object(done: Drilled) -> Mapping[str, Any]:
    shown = {name: value for name, value in asdict(done).items() if name not in {"revoked", "restored"}}
    tried = {"revoked": _tried(done.revoked), "restored": _tried(done.restored)}
    return {"holds": done.holds, **shown, **tried}


def _tried(attempt: Attempt) -> Mapping[str, Any]:
    return {"holds": attempt.holds, **asdict(attempt)}


def _show(done: Drilled) -> None:
    levels = ", ".join(f"{count} of one {level}" for level, count in done.revocations.items())
    count = sum(done.revocations.values())
    typer.echo(f"{count} revocations ({levels}), {done.slots_revoked} keys, {done.epochs} roots.")
    typer.echo("With everything that was ever written, and the live root:")
    _lines_of(done.revoked)
    typer.echo(f"After the loss of {done.events} events and a restore to {done.restored_events}:")
    _lines_of(done.restored)
    found = f"{done.keys_found} found" + ("" if done.planted_found else "; the planted one wasn't found either")
    typer.echo(f"{done.keys_searched} keys searched for in {done.files} files, {done.bytes_searched} bytes: {found}.")
    typer.echo("The drill holds." if done.holds else "THE DRILL DOESN'T HOLD.")


def _lines_of(attempt: Attempt) -> None:
    for what, tried in (("grants", attempt.grants), ("parts", attempt.parts)):
        typer.echo(f"  {what}: {_words(tried)}")


def _words(tried: Tried) -> str:
    control = f"with every root kept {tried.dead_opened_by_control}"
    return f"{tried.living_opened} of {tried.living} living opened; {tried.dead_opened} of {tried.dead} dead; {control}"
