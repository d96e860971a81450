"""Passkeys, as far as an operator has to do with them: for somebody who has lost theirs."""

from typing import Annotated
from uuid import uuid4

import typer

from domain.application import Request
from domain.passkeys import RevokeLostPasskeys, living
from domain.principals import SERVICE_ID, Person, person_id
from ops.clock import now
from ops.commands.setting import Json, answer, confirm, opened, read_settings

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def passkeys() -> None:
    """Passkeys, as far as an operator has to do with them: for somebody who has lost theirs."""


@app.command()
def lost(
    subject: Annotated[str, typer.Argument(help="The person's subject at the issuer.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Revoke all passkeys of somebody who has lost them, on record: from then on none is asked of them.

    Make sure before that it is them. Whoever has their token can then sign as they can, and register a passkey.
    """
    settings = read_settings()
    person = person_id(settings.issuer, subject)
    if not yes and not confirm("Have you made sure that it is this person who asks?"):
        raise typer.Exit(1)
    with opened(settings) as service:
        known = living(service.write_side.load(Person, person))
        command = uuid4()
        request = Request(SERVICE_ID, now(), command, service.digest(command.bytes))
        service.write_side.execute(person, RevokeLostPasskeys(), request)
    if as_json:
        answer({"person": str(person), "revoked": len(known)})
        return
    typer.echo(f"revoked {len(known)}; whatever they do next asks for none until they register another")
