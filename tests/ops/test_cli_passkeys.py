"""`driehoek passkeys lost`: for somebody who has lost all of theirs."""

from domain.application import Request
from domain.passkeys import RegisterPasskey, living
from domain.principals import NAMESPACE, Person, person_id
from ops.clock import now
from ops.settings import DEVELOPMENT_ISSUER
from tests.ops.conftest import Played, refused


def test_all_of_them_are_revoked(played: Played) -> None:
    """Of this person, on record, once the operator has confirmed; a second time there is nothing to revoke."""
    person = person_id(DEVELOPMENT_ISSUER, "loser")
    with played.opened() as service:
        asked = [Request(person, now(), number, service.digest(b"")) for number in (NAMESPACE, person)]
        service.write_side.register_person(person, {"name": "Ann"}, asked[0])
        command = RegisterPasskey(NAMESPACE, b"credential", b"key", 0, NAMESPACE, {"name": "phone"})
        service.write_side.execute(person, command, asked[1])
        assert len(living(service.write_side.load(Person, person))) == 1
    before = played.size()
    assert played.run("passkeys", "lost", "loser").returncode == 1  # nobody is there to ask
    assert played.answer("passkeys", "lost", "loser", "--yes") == {"person": str(person), "revoked": 1}
    assert played.size() == before + 1
    with played.opened() as service:
        assert living(service.write_side.load(Person, person)) == []
    refused(played.run("passkeys", "lost", "loser", "--yes"), "revoked already")
    assert played.size() == before + 1
