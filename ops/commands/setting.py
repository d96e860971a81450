"""What the commands share: the settings, an open cell, an answer for programs or for people, and progress."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from ops.database import cell_database, forbid_core_dumps
from ops.erasure.epochs import Done, Observe, Step
from ops.keys.vault import places_of
from ops.settings import Settings
from ops.store.connections import check_cell_name
from ops.wiring import CellService, open_cell

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]


class SettingsError(Exception):
    """A setting can't be meant. Names the setting, not what it was set to."""


def read_settings() -> Settings:
    """The settings, from the environment.

    Raises:
        SettingsError: one of them isn't valid.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        names = {str(place).upper() for problem in error.errors() for place in problem["loc"][:1]}
        raise SettingsError(f"this setting isn't valid: {', '.join(sorted(names))}") from None
    try:
        check_cell_name(settings.cell)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return settings


@contextmanager
def opened(settings: Settings) -> Iterator[CellService]:
    """The configured cell, open, in a process that leaves no core dump."""
    forbid_core_dumps()
    with cell_database(settings) as url, open_cell(url, settings.cell, places_of(settings)) as service:
        yield service


def confirm(question: str) -> bool:
    """Ask on standard error; whether the answer was yes. Nobody there to ask is no."""
    try:
        sure = typer.confirm(question, err=True)
    except typer.Abort:
        sure = False
    if not sys.stdin.isatty():
        typer.echo(err=True)  # whoever types the answer ends the line
    return sure


def answer(shown: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(shown))


def progress() -> Progress:
    """A progress bar on standard error, where it is in nobody's way."""
    return Progress(console=Console(stderr=True))


_SAID: Final[Mapping[Step, str]] = {
    Step.STAGED: "staged the next root",
    Step.COMMITTED: "rekeyed the tree",
    Step.COPIED: "copied what changed",
    Step.SWITCHED: "switched to the next root",
    Step.FENCED: "waited for all processes",
    Step.DESTROYED: "destroyed the root before",
}


def steps(bar: Progress, title: str) -> Observe:
    """A line of a progress bar for the steps of epochs; it appears with the first of them."""
    task = bar.add_task(title, total=len(Step), visible=False)

    def step(done: Done) -> None:
        place = list(Step).index(done.step) + 1
        bar.update(task, completed=place, description=f"{title}: {_SAID[done.step]}", visible=True)

    return step
