"""Legal holds: an engagement's keys in the hands of custodians, some of whom together open them.

A hold keeps what would be erased and gives the operator nothing: the key that opens it is with the custodians.
"""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.vocabulary import HoldGround
from ops import escrow as escrows
from ops import holds
from ops.clock import now
from ops.commands.setting import Json, answer, opened, read_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)

_Engagement = Annotated[UUID, typer.Argument(help="The engagement's id.")]


@app.command()
def escrow(
    threshold: Annotated[int, typer.Option(help="How many custodians it takes; two at least.")],
    custodian: Annotated[list[str], typer.Option(help="A custodian's name; say it once for each.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="A new or empty folder for the shares.")],
    *,
    as_json: Json = False,
) -> None:
    """Make an escrow: one share of its key for each custodian. The service keeps the public key only."""
    with opened(read_settings()) as service:
        made = escrows.hold_ceremony(service, threshold, custodian, out, now())
    if as_json:
        shares = [{"custodian": name, "file": str(file)} for name, file in zip(custodian, made.files, strict=True)]
        answer({"escrow": str(made.escrow), "threshold": threshold, "shares": shares})
        return
    typer.echo(f"escrow {made.escrow}: any {threshold} of these {len(custodian)} open what it holds")
    for name, file in zip(custodian, made.files, strict=True):
        typer.echo(f"  {name}: {file}")
    typer.echo("Hand the files out, each to its custodian only, and delete them here.")


@app.command()
def place(
    engagement: _Engagement,
    ground: Annotated[HoldGround, typer.Option(help="On which ground.")],
    escrow: Annotated[UUID, typer.Option(help="The escrow that keeps the keys.")],
    reason: Annotated[str, typer.Option(help="Why; the engagement's parties are told.")],
    *,
    as_json: Json = False,
) -> None:
    """Place a hold: every key of the engagement and its notebooks goes to escrow, too; the journal's never do."""
    with opened(read_settings()) as service:
        hold, held = holds.place(service, engagement, ground, escrow, reason, now())
    if as_json:
        answer({**hold.as_json(), "keys": held})
        return
    typer.echo(f"hold {hold.hold} placed; escrow holds {held} keys")


@app.command()
def lift(
    hold: Annotated[list[UUID], typer.Argument(help="Holds, by their ids.")],
    reason: Annotated[str, typer.Option(help="Why; the engagement's parties are told.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Lift holds. When an engagement's last one is lifted, escrow's keys are erased at once."""
    with opened(read_settings()) as service:
        lifted = holds.lift(service, hold, reason, now())
    if as_json:
        answer({"lifted": [one.as_json() for one in lifted]})
        return
    for one in lifted:
        typer.echo(f"hold {one.hold} lifted")


@app.command("list")
def show(*, as_json: Json = False) -> None:
    """The holds in force."""
    with opened(read_settings()) as service:
        found = holds.in_force(service)
    if as_json:
        answer({"holds": [one.as_json() for one in found]})
        return
    for one in found:
        typer.echo(f"{one.hold}: engagement {one.engagement}, {one.ground.value}, escrow {one.escrow}")
    if not found:
        typer.echo("no hold is in force")


@app.command("open")
def open_(
    engagement: _Engagement,
    share: Annotated[list[Path], typer.Option(exists=True, dir_okay=False, help="A custodian's file; each once.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="A new file for what is held, for its owner only.")],
    *,
    as_json: Json = False,
) -> None:
    """With a quorum's shares, write what is held of an engagement into a file. The key is nowhere but in memory."""
    if out.exists():
        raise typer.BadParameter("the file is there already: --out names a new one")
    with opened(read_settings()) as service:
        parts = escrows.write_held(service, engagement, share, out, now())
    if as_json:
        answer({"engagement": str(engagement), "parts": parts, "file": str(out)})
        return
    typer.echo(f"{parts} parts written to {out}")
