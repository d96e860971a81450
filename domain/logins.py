"""Logins that were ended: a browser's session says itself until when it is good, and here is which ones aren't.

Somebody who logs out ends one login, in their own record, so every process knows from its next request on.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.decisions import Command, Context, decides
from domain.errors import NotFound, WrongMoment
from domain.events import Happening, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import Person


@fact("login.ended")
class LoginEnded(Fact):
    """A person logged out; ``login`` is the id that the session had."""

    login: UUID


@Person.evolves(LoginEnded)
def _ended(person: Person, happened: LoginEnded, _: RecordedEvent) -> None:
    person.ended_logins.add(happened.login)


@dataclass(frozen=True, repr=False)
class EndLogin(Command):
    """A person logs out."""

    login: UUID


@decides(Person, EndLogin)
def _end(person: Person, command: EndLogin, _: Context) -> list[Happening]:
    if not person.version:
        raise NotFound
    if command.login in person.ended_logins:
        raise WrongMoment("already-logged-out")
    return [Happening(LoginEnded(login=command.login))]
