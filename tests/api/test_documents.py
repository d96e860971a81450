"""Documents over HTTP: what a reader may read as accessible PDF, the same each time, on record before it goes."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from typing import cast as cast_to

import httpx
import pytest

from api.backend import Backend
from api.documents import Making
from api.problems import Unavailable
from projections.documents.sheet import CannotBeSet, Sheet
from tests.api.acts import draft, perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, marker
from tests.api.test_access_log import log_of
from tests.api.test_endings import erase_what_is_due
from tests.pdf import accessible, opened, squeezed, words

PDF = "application/pdf"


def amend(cast: Cast, word: str, **changes: Any) -> None:
    """Another contract version, put in force."""
    cast.act(C, "POST", "/contract/drafts", draft(word, **changes))
    for who in (M, E):
        perform(cast, who, "assent")
    for who in ROLES:
        perform(cast, who, "sign")
    perform(cast, C, "activate")


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a contract in force and its amendment, which shows the organisation more."""
    cast = play(new_cast(), "active")
    shown = {"permits": {"progress_summary": ["sponsor_organisation"], "objectives": ["sponsor_organisation"]}}
    amend(cast, "anders", confidentiality=shown)
    return cast


def path(cast: Cast, number: int = 1, what: str = "") -> str:
    """A contract version's document."""
    return cast.below(f"/contract/versions/{number}{what}.pdf")


def given(cast: Cast, who: str, at: str, **params: str) -> httpx.Response:
    """A document that somebody is given."""
    answer = cast.send(who, "GET", at, params=params)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, PDF), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer


@pytest.mark.parametrize(("language", "who"), [("nl", O), ("fr", M), ("en", C)])
def test_a_contract_is_an_accessible_document(cast: Cast, language: str, who: str) -> None:
    """A party's copy is PDF/UA in the language that was asked for, with all four signatures (R18, P2)."""
    made = given(cast, who, path(cast), language=language).content
    assert accessible(made) == []
    with opened(made) as pdf:
        assert str(pdf.Root.Lang) == language
    said, version = squeezed(words(made)), cast.view(who)["contract"]["versions"][0]
    assert len(version["signatures"]) == 4
    for told in (version["document_hash"], *(one["signature"] for one in version["signatures"])):
        assert told in said


def test_a_copy_shows_what_its_reader_reads(new_cast: Callable[..., Cast]) -> None:
    """The organisation's copy has neither objectives, demands nor banana skins, but their commitments (R42)."""
    cast = play(new_cast(), "scheduled")
    secret = {name: [f"{name} {marker()}"] for name in ("demands_on_coach", "banana_skins")}
    amend(cast, "terms that all may read", **secret)
    said = {who: words(given(cast, who, path(cast), language="en").content) for who in ROLES}
    commitments = cast.view(O)["contract"]["versions"][0]["proof"]["commitments"]
    for (told,) in secret.values():
        assert [who for who in ROLES if squeezed(told) in squeezed(said[who])] == [M, C, E]
    for name in ("objectives", "demands", "banana_skins"):
        assert commitments[name] in squeezed(said[O])
    assert squeezed("terms that all may read") in squeezed(said[O])


def test_the_same_record_gives_the_same_bytes(cast: Cast) -> None:
    """Asked for twice, byte for byte; another reader's copy is another file, with another number."""
    once, twice = (given(cast, E, path(cast), language="nl").content for _ in range(2))
    assert once == twice
    assert given(cast, C, path(cast), language="nl").content != once
    assert given(cast, E, path(cast), language="fr").content != once


def test_an_amendment_says_what_changes(cast: Cast) -> None:
    """Old words and new, side by side, and who reads more from now on (R36); objectives to who reads both."""
    said = {who: words(given(cast, who, path(cast, 2, "/amendment"), language="en").content) for who in ROLES}
    for who in ROLES:
        assert squeezed("Who reads what from now on") in squeezed(said[who])
        assert squeezed("organisation: until closure; line manager") in squeezed(said[who])
    assert said[M].count("anders") > said[O].count("anders") > 0
    assert accessible(given(cast, O, path(cast, 2, "/amendment")).content) == []


@pytest.mark.parametrize(
    "what", ["/contract/versions/1.pdf", "/contract/versions/2/amendment.pdf"], ids=["contract", "amendment"]
)
def test_its_hash_is_on_record_before_it_leaves(cast: Cast, what: str) -> None:
    """The coachee's access log has kind and SHA-256 of each file, beside who it was given to (R53, R59)."""
    made = given(cast, M, cast.below(what))
    digest = sha256(made.content)
    assert made.headers["Repr-Digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    opening, giving = reversed(log_of(cast, E)[:2])
    kind = "amendment" if "amendment" in what else "contract"
    assert giving["document"] == {"kind": kind, "sha256": digest.hexdigest()}
    assert opening["document"] is None
    assert {one["person_id"] for one in (opening, giving)} == {cast.ids[M]}
    assert {one["purpose"] for one in (opening, giving)} == {"document"}
    own = log_of(cast, M, "/v1/people/me/access-log")
    assert own[0]["document"] == giving["document"]


def test_who_may_not_read_a_version_finds_none(cast: Cast, new_cast: Callable[..., Cast]) -> None:
    """A draft is nothing to the organisation, a contract nothing to a stranger, and what isn't there to all."""
    young = play(new_cast(), "drafted")
    for who in (M, C, E):
        assert squeezed("draft:") in squeezed(words(given(young, who, path(young), language="en").content))
    for about, who, at in (
        (young, O, path(young)),
        (cast, STRANGER, path(cast)),
        (cast, E, path(cast, 3)),
        (cast, E, path(cast, 1, "/amendment")),
        (cast, E, "/v1/engagements/nothing/contract/versions/1.pdf"),
    ):
        cast.api.refused(about.subject(who), "GET", at, 404, "not-found", marker())
    cast.api.refused(cast.subject(E), "GET", path(cast, 0), 422, "invalid-request", marker())


def test_a_receipt_is_a_document_too(api: Api, new_cast: Callable[..., Cast]) -> None:
    """What the signed JSON says stands on the sheet: statement, grants, key and signature (R64)."""
    cast = play(new_cast(), "ended")
    erase_what_is_due(api)
    (listed,) = cast.send(M, "GET", cast.below("/receipts")).json()["entries"]
    at = cast.below(f"/receipts/{listed['erasure_id']}")
    signed = cast.send(M, "GET", at).json()
    made = given(cast, M, f"{at}.pdf", language="nl").content
    assert accessible(made) == []
    said = squeezed(words(made))
    statement = signed["statement"]
    for told in (
        signed["signature"], signed["public_key"], statement["tombstone_head"], statement["erasure"],
        *(grant["slot"] for grant in statement["grants"]),
    ):  # fmt: skip
        assert told in said
    nothing = cast.below("/receipts/00000000-0000-4000-8000-000000000000.pdf")
    cast.api.refused(cast.subject(M), "GET", nothing, 404, "not-found", marker())


def test_a_document_speaks_its_reader_s_language(new_cast: Callable[..., Cast]) -> None:
    """The one they registered with, unless they ask for another; one that there are no texts in is refused."""
    cast = play(new_cast(), "active")
    with opened(given(cast, C, path(cast)).content) as pdf:
        assert str(pdf.Root.Lang) == "en"
    word = marker()
    cast.api.refused(cast.subject(C), "GET", path(cast), 422, "invalid-request", word, params={"language": word})


class _Busy:
    """A press without a turn."""

    def set(self, _: Sheet) -> bytes:
        """Refuse."""
        raise CannotBeSet


def test_a_document_that_cannot_be_set_now_is_503() -> None:
    """Who finds no turn at the press is told when to ask again, before anything is given."""
    sheet = Sheet("nl", "Driehoekscontract", "Exemplaar 12ab", "pagina", datetime(2026, 3, 1, tzinfo=UTC), ())
    behind, unused = cast_to(Backend, SimpleNamespace(press=_Busy())), cast_to(Any, None)
    making = Making(behind, unused, unused, unused, "nl")
    with pytest.raises(Unavailable):
        making.set(sheet)
