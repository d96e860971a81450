"""The transparency log: how far it is, its public keys, and what changes who signs it."""

from typing import Annotated, Any

import typer

from domain.facts import rfc3339
from ops.commands.setting import Json, answer, confirm, opened, read_settings
from ops.log.errors import LogError, LogNotBegun, LogNotConfirmed
from ops.log.folder import LogKeys
from ops.log.policies import for_verifiers
from ops.log.rows import Published
from ops.wiring import CellService

app = typer.Typer(no_args_is_help=True, help=__doc__)

_Yes = Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")]


@app.command()
def status(*, as_json: Json = False) -> None:
    """How far the log is. Ends with 1 when it can't go on as it stands."""
    with opened(read_settings()) as service:
        told = _status(service)
    if as_json:
        answer(told)
    else:
        _show(told)
    if told["problem"] is not None:
        raise typer.Exit(1)


@app.command()
def keys(*, as_json: Json = False) -> None:
    """Print the log's public keys, as a policy file that a verifier or a witness can start from."""
    settings = read_settings()
    with opened(settings) as service:
        found = _keys(service)
    vkeys = [str(signer.key) for signer in found.signers]
    policy = for_verifiers((signer.key for signer in found.signers), settings.log_policy)
    if as_json:
        retired, given_up = list(found.retired), list(found.given_up)
        answer({"origin": found.origin, "keys": vkeys, "retired": retired, "given_up": given_up, "policy": policy})
        return
    typer.echo(policy, nl=False)


@app.command()
def publish(*, as_json: Json = False) -> None:
    """Publish a checkpoint over everything that is on record now, without waiting for a worker."""
    with opened(read_settings()) as service:
        service.log.lines.check()
        latest = service.log.publish_now()
    if as_json:
        answer(_shown(latest))
        return
    typer.echo(latest.note.decode(), nl=False)


@app.command()
def rotate(*, yes: _Yes = False, as_json: Json = False) -> None:
    """Let fresh keys take over. The checkpoint that hands over is signed by both; tell verifiers and witnesses."""
    if not yes:
        _sure("Let fresh keys sign the log from now on? Verifiers and witnesses need the new ones.")
    with opened(read_settings()) as service:
        latest = service.log.rotate()
        vkeys = [str(signer.key) for signer in _keys(service).signers]
    if as_json:
        answer({**_shown(latest), "keys": vkeys})
        return
    typer.echo(f"Handed over with the checkpoint of size {latest.size}. The keys are now:")
    for vkey in vkeys:
        typer.echo(vkey)


@app.command()
def resume(*, yes: _Yes = False, as_json: Json = False) -> None:
    """Give up what was signed and isn't on record any more: go on as a new log, under the next time line."""
    if not yes:
        _sure("Begin a new time line? Everybody who saw the old one is told that events were lost.")
    with opened(read_settings()) as service:
        service.log.lines.begin_next()
        latest = service.log.publish_now()
    if as_json:
        answer(_shown(latest))
        return
    typer.echo(f"The log goes on as {latest.checkpoint.origin}, from size {latest.size}.")


def _sure(question: str) -> None:
    if not confirm(question):
        raise LogNotConfirmed


def _keys(service: CellService) -> LogKeys:
    seen = service.log.lines.signer.look()
    if seen is None:
        raise LogNotBegun
    return seen.keys


def _status(service: CellService) -> dict[str, Any]:
    problem, origin, signed = None, None, 0
    try:
        seen = service.log.lines.signer.look()
        if seen is not None:
            origin, signed = seen.keys.origin, seen.last.checkpoint.size if seen.last else 0
        service.log.lines.check()
    except LogError as error:
        problem = str(error)
    latest, witnessed, stamped = service.log.latest(), service.log.witnessed(), service.log.stamped()
    return {
        "problem": problem,
        "origin": origin,
        "events": service.recorder.max_notification_id() or 0,
        "signed": signed,
        "published": None if latest is None else _shown(latest),
        "witnessed": None if witnessed is None else _shown(witnessed),
        "stamped": _shown(stamped[-1]) if stamped else None,
        "tiles": [one._asdict() for one in service.log.counts()],
    }


def _shown(one: Published) -> dict[str, Any]:
    return {"line": one.line, "size": one.size, "at": rfc3339(one.at), "note": one.note.decode()}


def _show(told: dict[str, Any]) -> None:
    if told["problem"] is not None:
        typer.echo(f"PROBLEM: {told['problem']}")
    typer.echo(f"origin: {told['origin'] or 'not begun'}")
    typer.echo(f"events: {told['events']}, signed up to {told['signed']}")
    for name in ("published", "witnessed", "stamped"):
        one = told[name]
        typer.echo(f"{name}: " + ("never" if one is None else f"size {one['size']} at {one['at']}"))
