"""Proof for outsiders: evidence to hand out, and what is checked before and after somebody asks for it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.progress import Progress, TaskID

from crypto.verifier.notes import MAX_NOTE
from domain.audit import BundleScope
from domain.principals import SERVICE_ID
from domain.reads import Reader
from domain.vocabulary import Role
from ops.audit import boundaries as checks
from ops.audit import export as exports
from ops.audit import follow as followed
from ops.audit.errors import LogContradicted
from ops.audit.scope import Observe, Scope
from ops.clock import now
from ops.commands import fscks, written
from ops.commands.setting import Json, answer, opened, progress, read_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)
app.add_typer(fscks.app)
app.add_typer(written.app)


@app.command()
def export(
    out: Annotated[Path, typer.Option(dir_okay=False, help="A new file for the bundle, for its owner only.")],
    engagement: Annotated[UUID | None, typer.Option(help="An engagement, by its id.")] = None,
    person: Annotated[UUID | None, typer.Option(help="All engagements somebody is or was in, by their id.")] = None,
    coach: Annotated[
        UUID | None, typer.Option(help="All engagements somebody coaches or coached, by their id.")
    ] = None,
    begins: Annotated[str | None, typer.Option("--from", metavar="TIME", help="A period's begin (RFC 3339).")] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Its end, not included.")] = None,
    since: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A checkpoint that was seen before.")
    ] = None,
    disclose: Annotated[
        list[UUID] | None, typer.Option(help="A disclosure on record whose part goes along; again for more.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Write a bundle of evidence that an auditor checks offline, with `driehoek verify`. It is put on record."""
    scope = _scope(engagement, person, coach, begins, ends)
    if out.exists():
        raise typer.BadParameter("the file is there already: --out names a new one")
    operator = Reader(SERVICE_ID, Role.SERVICE, SERVICE_ID)
    with opened(read_settings()) as service, progress() as bar:
        seen = None if since is None else exports.extended(service, _read(since))
        wanted = exports.Wanted(scope, operator, now(), seen, tuple(disclose or ()))
        made = exports.export(service, wanted, out, _lines(bar))
    if as_json:
        answer({"file": str(out), **made.as_json()})
        return
    typer.echo(f"{made.events} events and {made.streams} whole streams, {made.bytes} bytes, written to {out}")
    typer.echo(
        f"Proved by the checkpoint of size {made.checkpoint}. Give it only to somebody who may see process facts."
    )


@app.command()
def boundaries(*, as_json: Json = False) -> None:
    """Check every grant against its contract, try every reader's keys, and state it. Ends with 1 if any is broken."""
    with opened(read_settings()) as service, progress() as bar:
        found = checks.boundaries(service, now(), _lines(bar))
    if as_json:
        answer(found.as_json())
    else:
        _show(found)
    if not found.holds:
        raise typer.Exit(1)


@app.command()
def follow(
    url: Annotated[str, typer.Argument(help="The log's address, below which `checkpoint` and `tile/` are.")],
    policy: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Whose signatures count (tlog-policy).")],
    state: Annotated[Path, typer.Option(dir_okay=False, help="A file for what is believed; made the first time.")],
    token: Annotated[
        str | None, typer.Option(envvar="DRIEHOEK_TOKEN", help="An access token, where the log wants one.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Look at a log, and see that it goes on from what it showed before. Ends with 1 if it contradicts that."""
    from ops.audit.fetching import fetching, policy_in  # noqa: PLC0415 - an HTTP client, for this command only

    with fetching(url, token) as fetch:
        try:
            seen = followed.follow(fetch, policy_in(policy), state)
        except LogContradicted as error:
            kept = [str(path) for path in error.kept]
            if as_json:
                answer({"holds": False, "reason": str(error), "evidence": kept})
                raise typer.Exit(1) from None
            for path in kept:
                typer.echo(f"Kept as evidence: {path}")
            raise
    checkpoint, before = seen.checkpoint, seen.before
    if as_json:
        answer({"holds": True, "origin": checkpoint.origin, "size": checkpoint.size, "before": before})
        return
    since = "seen for the first time" if before is None else f"{checkpoint.size - before} events more than before"
    typer.echo(f"{checkpoint.origin}: {checkpoint.size} events, {since}")


def _scope(
    engagement: UUID | None, person: UUID | None, coach: UUID | None, begins: str | None, ends: str | None
) -> Scope:
    about = {BundleScope.ENGAGEMENT: engagement, BundleScope.PERSON: person, BundleScope.COACH: coach}
    asked = [Scope(kind, one) for kind, one in about.items() if one is not None]
    if begins is not None and ends is not None:
        asked.append(Scope.period(_time(begins), _time(ends)))
    if len(asked) != 1 or (begins is None) is not (ends is None):
        raise typer.BadParameter("say one of --engagement, --person, --coach, or --from and --to")
    return asked[0]


def _time(said: str) -> datetime:
    """A time as somebody writes it; in UTC unless it says otherwise."""
    try:
        time = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("a time is written like 2026-01-31T08:30:00Z") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_NOTE + 1)


def _lines(bar: Progress) -> Observe:
    """A line of a progress bar for each thing that is done."""
    tasks: dict[str, TaskID] = {}

    def observe(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what)
        bar.update(tasks[what], completed=done, total=total)

    return observe


def _show(found: checks.Boundaries) -> None:
    typer.echo(f"{found.engagements} engagements, {found.size} events.")
    typer.echo(f"{found.grants} grants, {found.unfounded} of them without ground in a contract.")
    typer.echo(
        f"{found.principals} readers' keys tried on sealed pieces, {found.tried} times: {found.opened} opened,"
        f" {found.outside} of them outside the clause; {found.lost} that should open didn't."
    )
    for one in found.broken:
        typer.echo(f"engagement {one['engagement']}:")
        for grant in one["unfounded"]:
            typer.echo(f"  grant of {grant['stream']} version {grant['version']}, slot {grant['slot']}: {grant['why']}")
        for reader in one["readers"]:
            for what in ("outside", "lost"):
                if reader[what]:
                    typer.echo(f"  {reader['principal']}: {len(reader[what])} {what}")
    typer.echo("Every boundary holds." if found.holds else "NOT EVERY BOUNDARY HOLDS.")
