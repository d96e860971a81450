"""Time stamps: asked for by the hour, and kept where they are of this checkpoint, by the authority that is trusted."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from crypto.log.stamping import Authorities, StampRequest
from crypto.verifier.notes import Note
from crypto.verifier.refused import Refused
from ops.log.errors import LogStampsUnusable
from ops.log.rows import Published
from ops.log.stamps import Hours, Stamps, read_authorities
from ops.wiring import CellService
from tests.ops.log.authority import Authority
from tests.ops.log.leaves import fill
from tests.ops.log.test_witnesses import until
from tests.served import served
from tests.support import Cell

TEXT = b"log.example.org\n1\nxxxx\n"
QUICK = Hours(every=3600.0, answer=5.0, first=0.02, longest=0.02)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that is trusted."""
    return Authority.made(tmp_path_factory.mktemp("tsa") / "trusted")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority of the same name with another key."""
    return Authority.made(tmp_path_factory.mktemp("tsa") / "stranger")


def test_an_answer_to_the_request_is_accepted(authority: Authority) -> None:
    """Positive control: an answer over this text, with this nonce, by the authority that is trusted."""
    request = StampRequest.of(TEXT)
    Authorities(authority.certificate.read_bytes()).check(request, authority.reply(request.der))


def test_what_is_no_answer_to_it_is_refused(authority: Authority, stranger: Authority) -> None:
    """Another authority's, another text's, another nonce's or none, another hash's, and a refusal, are refused."""
    trusted, request = Authorities(authority.certificate.read_bytes()), StampRequest.of(TEXT)
    good = authority.reply(request.der)
    answers = {
        "another authority": stranger.reply(request.der),
        "another text": authority.reply(StampRequest.of(TEXT + b"2").der),
        "another nonce": authority.reply(StampRequest.of(TEXT).der),
        "no nonce": authority.reply(authority.query(TEXT, "-sha256", "-no_nonce", "-cert")),
        "another hash": authority.reply(authority.query(TEXT, "-sha512", "-cert")),
        "a refusal": authority.reply(authority.query(TEXT, "-sha1", "-cert")),
        "cut short": good[:-1],
        "and more": good + b"\0",
        "nothing": b"",
        "too long": good + bytes(1 << 16),
    }
    for answer in answers.values():
        with pytest.raises(Refused):
            trusted.check(request, answer)
    trusted.check(request, good)


def test_a_flipped_bit_is_noticed(authority: Authority) -> None:
    """No bit of the imprint, of the time behind it or of the signature at the end can be another."""
    trusted, request = Authorities(authority.certificate.read_bytes()), StampRequest.of(TEXT)
    good = authority.reply(request.der)
    imprint = good.index(sha256(TEXT).digest())
    accepted = []
    for at in (*range(imprint, imprint + 50), *range(len(good) - 60, len(good))):
        try:
            trusted.check(request, good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            accepted.append(at)
        except Refused:
            pass
    assert accepted == []


@pytest.fixture
def offered(cell: Cell, service: CellService) -> tuple[CellService, Published]:
    """A cell with a checkpoint."""
    fill(cell, 10)
    return service, service.log.publish_now()


def test_the_newest_checkpoint_is_stamped_once_an_hour(
    cell: Cell, offered: tuple[CellService, Published], authority: Authority
) -> None:
    """The first is stamped at once, the next one when an hour has gone; what is kept is over the checkpoint's text."""
    service, first = offered
    before = len(authority.asked)
    with authority.serving() as url:
        stamps = Stamps(url, read_authorities(authority.certificate), service.connections, QUICK)
        stamps.start()
        try:
            stamps.offer(first)
            until(service.log.stamped)
            with cell.connect(forge=True) as connection:
                connection.execute("UPDATE checkpoints SET at = at - interval '59 minutes'")
            fill(cell, 20)
            stamps.offer(service.log.publish_now())
        finally:
            stamps.stop()
        assert len(authority.asked) == before + 1
        with cell.connect(forge=True) as connection:
            connection.execute("UPDATE checkpoints SET at = at - interval '2 minutes'")
        again = Stamps(url, read_authorities(authority.certificate), service.connections, QUICK)
        again.start()
        try:
            again.offer(service.log.publish_now())
            until(lambda: len(service.log.stamped()) == 2)
        finally:
            again.stop()
    assert [one.size for one in service.log.stamped()] == [10, 20]
    for one in service.log.stamped():
        assert one.stamp is not None
        imprint = sha256(Note.parse(one.note).text.encode()).digest()
        assert sum(imprint in query for query in authority.asked) == 1
        assert imprint in one.stamp


def test_an_authority_that_fails_is_asked_again(
    offered: tuple[CellService, Published], authority: Authority, stranger: Authority
) -> None:
    """A stranger's stamp, an error and rubbish aren't kept; when the right one answers, its stamp is."""
    service, first = offered
    turns: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        query = await Request(scope, receive).body()
        turns.append(query)
        answers = [
            Response(status_code=503),
            Response(b"rubbish"),
            Response(stranger.reply(query)),
            Response(b"x" * 99_999),
        ]
        answer = answers[len(turns) - 1] if len(turns) <= len(answers) else Response(authority.reply(query))
        await answer(scope, receive, send)

    with served(app) as url:
        stamps = Stamps(url, read_authorities(authority.certificate), service.connections, QUICK)
        stamps.start()
        try:
            stamps.offer(first)
            until(service.log.stamped)
        finally:
            stamps.stop()
    assert len(turns) == 5
    assert len(set(turns)) == 5  # a fresh nonce each time


def test_an_authority_needs_its_certificate(folder: Path) -> None:
    """Without a certificate, or with a file that holds none, it isn't begun; the reason names no path."""
    (folder / "none").write_bytes(b"nothing")
    for path in (None, folder / "absent", folder / "none"):
        with pytest.raises(LogStampsUnusable) as refused:
            read_authorities(path)
        assert str(folder) not in str(refused.value)
