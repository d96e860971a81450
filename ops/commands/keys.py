"""Keys: how they stand, erasing what is due or what the operator orders, and legal holds."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from domain.vocabulary import Role
from ops.clock import now
from ops.commands import drills, holds
from ops.commands.setting import Json, answer, confirm, opened, progress, read_settings, steps
from ops.database import cell_database
from ops.erasure.eraser import Eraser, Report
from ops.erasure.orders import OrderError, carry_out, check_places, choose
from ops.keys.standing import Standing, standing
from ops.keys.vault import places_of
from ops.wiring import open_vault
from projections import agenda

app = typer.Typer(no_args_is_help=True, help=__doc__)
app.add_typer(holds.app, name="hold")
app.add_typer(drills.app)


class Party(StrEnum):
    """The four whose grants an order can name."""

    SPONSOR_ORGANISATION = "sponsor_organisation"
    LINE_MANAGER = "line_manager"
    COACH = "coach"
    COACHEE = "coachee"

    @property
    def role(self) -> Role:
        """As the domain has it."""
        return Role[self.name]


@app.command()
def status(*, as_json: Json = False) -> None:
    """How the keys stand. Ends with 1 when the cell doesn't open, or something doesn't agree."""
    settings = read_settings()
    with cell_database(settings) as url, open_vault(url, settings.cell, places_of(settings)) as (_, vault):
        found = standing(vault, now())
    if as_json:
        answer(found.as_json())
    else:
        _show(found)
    if not found.opens:
        raise typer.Exit(1)


@app.command()
def run(*, as_json: Json = False) -> None:
    """Erase now what is due, once, instead of waiting for a worker."""
    done = Report()
    with opened(read_settings()) as service, progress() as bar:
        while service.builders[agenda.NAME].advance(service.connections):
            pass
        eraser, more = Eraser(service, steps(bar, "Erasing")), True
        while more:
            one = eraser.run(now())
            done.looked_at, done.erased = done.looked_at + one.looked_at, done.erased + one.erased
            done.epoch, more = one.epoch or done.epoch, one.more
            done.put_off += one.put_off
    if as_json:
        answer(asdict(done, dict_factory=lambda fields: {name: value for name, value in fields if name != "more"}))
    else:
        typer.echo(f"{done.looked_at} streams looked at, {done.erased} grants erased.")
    if done.put_off:
        raise OrderError(f"{done.put_off} streams are put off: something of theirs can't be read")


@app.command()
def revoke(
    engagement: Annotated[UUID, typer.Argument(help="The engagement's id.")],
    reason: Annotated[str, typer.Option(help="Why; the engagement's parties are told.")],
    role: Annotated[list[Party] | None, typer.Option(help="Everything that this party still opens.")] = None,
    slot: Annotated[list[UUID] | None, typer.Option(help="One grant, by its slot's id.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
    as_json: Json = False,
) -> None:
    """Erase grants of an engagement and its notebooks for good, by the operator's order, now."""
    if not role and not slot:
        raise typer.BadParameter("say whose grants, or which: --role or --slot")
    if not reason.strip():
        raise typer.BadParameter("an order has a reason: --reason")
    with opened(read_settings()) as service:
        order = choose(service, engagement, {one.role for one in role or ()}, set(slot or ()))
        if not yes:
            _sure(f"Erase {order.count} grants for good? Nobody, no backup and no copy brings them back.")
        check_places(service, now())
        with progress() as bar:
            done = carry_out(service, order, reason, now(), steps(bar, "Erasing"))
    if as_json:
        erasures = [str(erasure) for erasure in done.erasures]
        answer({"engagement": str(engagement), "erased": done.erased, "epoch": done.epoch, "erasures": erasures})
        return
    typer.echo(f"{done.erased} grants erased in epoch {done.epoch}.")


def _sure(question: str) -> None:
    if not confirm(question):
        raise OrderError("not confirmed; nothing was erased")


def _show(found: Standing) -> None:
    for problem in found.problems:
        typer.echo(f"PROBLEM: {problem}")
    if found.state is not None:
        typer.echo(f"deployment: {found.state.deployment}")
        typer.echo(f"epoch: {found.state.epoch}" + (f", root {found.live.epoch}" if found.live else ", no root"))
    for place, word in found.places.items():
        typer.echo(f"root store: {word} ({place})")
    if found.on_one_device:
        typer.echo("root store: both halves lie on one device, so one thief or one snapshot has both")
    for place, word in found.copies.items():
        typer.echo(f"key copies: {word} ({place})")
    counts = found.counts
    typer.echo(f"pages: {counts.pages}; slots: {counts.active} active, {counts.erased} erased")
    typer.echo(f"tombstones: {counts.tombstones}, {'in one chain' if found.chain_holds else 'NOT in one chain'}")
    then = f", next at {counts.next_look.isoformat()}" if counts.next_look else ""
    typer.echo(f"to look at: {counts.due} due, {counts.waiting} later{then}; {counts.unread} events not read yet")
    for epoch, count in sorted(found.processes.items()):
        typer.echo(f"processes: {count} with keys of epoch {epoch}")
    if found.unfinished:
        typer.echo(f"unfinished: {found.unfinished}")
