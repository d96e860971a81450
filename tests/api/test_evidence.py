"""Evidence over HTTP: for appointed auditors alone, on record before it is given, and verified offline."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from crypto.log.proofs import LogProof
from crypto.log.receipts import check_receipt
from crypto.verifier.notes import ED25519, Checkpoint, Note
from crypto.verifier.refused import Refused
from domain.audit import BundleScope, EvidenceExported
from domain.events import RecordedEvent
from domain.reads import Positions, ReadRecorded, View
from domain.vocabulary import Role
from ops.audit.errors import LogOutOfReach
from ops.audit.fetching import fetching
from ops.audit.follow import follow
from ops.audit.scope import Scope
from tests.api.acts import perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, S, marker
from tests.evidence import broken, bundle_of, members, policy_of, verified

AUDITOR = "auditor"


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast], api: Api) -> Cast:
    """People with an ended engagement, a note and a journal entry; an auditor and a supervisor are appointed."""
    cast = play(new_cast(AUDITOR, S), "ended")
    perform(cast, E, "journal")
    perform(cast, C, "note")
    for who, role in ((AUDITOR, "auditor"), (S, "coaching_supervisor")):
        body, headers = {"person_id": cast.ids[who], "role": role}, {"Idempotency-Key": api.new_key()}
        answer = api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers)
        assert answer.is_success
    return cast


def paths(cast: Cast) -> dict[str, str]:
    """Where the bundles are, by what they are about."""
    return {
        "engagement": f"/v1/audit/bundles/engagements/{cast.engagement}",
        "person": f"/v1/audit/bundles/people/{cast.ids[E]}",
        "coach": f"/v1/audit/bundles/coaches/{cast.ids[C]}",
        "period": "/v1/audit/bundles/period?from=2020-01-01T00:00:00Z&to=2900-01-01T00:00:00%2B01:00",
    }


def last_events(api: Api, count: int) -> list[RecordedEvent]:
    """The last events on record."""
    rows = api.service.recorder.select_notifications(api.size() - count + 1, count)
    return [api.service.write_side.mapper.to_domain_event(row) for row in rows]  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["engagement", "person", "coach", "period"])
def test_an_auditor_gets_what_verifies(api: Api, cast: Cast, kind: str) -> None:
    """Each kind of bundle verifies, holds the journal's and the notebook's facts, and no text that anybody typed."""
    answer = cast.send(AUDITOR, "GET", paths(cast)[kind])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    report = verified(answer.content, policy_of(api.service))
    assert report.verified, report.findings
    assert "parts" not in members(answer.content)
    for typed in (f"{E} {cast.run}", f"{E}@example.org"):
        assert typed.encode() not in answer.content


def test_the_reading_is_on_record_before_the_statement_of_it(api: Api, cast: Cast) -> None:
    """Before the bundle: who reads, as auditor, what of the engagement; then which heads are handed out."""
    before = api.size()
    assert cast.send(AUDITOR, "GET", paths(cast)["engagement"]).is_success
    *reads, stated = last_events(api, api.size() - before)
    assert [(one.actor, one.role) for one in reads] == [(UUID(cast.ids[AUDITOR]), Role.AUDITOR)] * 2
    found = [one.fact for one in reads]
    assert all(isinstance(one, ReadRecorded) for one in found)
    assert [one.engagement for one in found] == [UUID(cast.engagement), None]  # type: ignore[attr-defined]
    assert isinstance(stated.fact, EvidenceExported)
    named = {(place.stream, place.last) for one in found for place in one.places}  # type: ignore[attr-defined]
    assert {(head.stream, head.version) for head in stated.fact.heads} == named
    told = cast.send(E, "GET", cast.below("/access-log")).json()["entries"]
    assert (told[0]["role"], told[0]["view"], told[0]["person_id"]) == ("auditor", "bundle", None)


def test_an_export_by_command_is_told_to_the_coachee(api: Api, cast: Cast, tmp_path: Path) -> None:
    """What the operator takes out of the log stands in the access log, too: by the service, a bundle."""
    bundle_of(api.service, Scope(BundleScope.ENGAGEMENT, UUID(cast.engagement)), tmp_path / "bundle")
    told = cast.send(E, "GET", cast.below("/access-log")).json()["entries"][0]
    assert (told["role"], told["purpose"], told["view"], told["name"]) == ("service", "audit", "bundle", None)


def test_a_bundle_proves_what_became_of_a_checkpoint(api: Api, cast: Cast) -> None:
    """Asked for since a size, the bundle extends the checkpoint of that size; a size that never was is not found."""
    first = members(cast.send(AUDITOR, "GET", paths(cast)["engagement"]).content)["checkpoint"]
    size = Checkpoint.parse(Note.parse(first).text).size
    later = cast.send(AUDITOR, "GET", paths(cast)["coach"], params={"since": size}).content
    report = verified(later, policy_of(api.service), [first])
    assert report.verified
    assert report.results[4] is True
    without = cast.send(AUDITOR, "GET", paths(cast)["coach"]).content
    assert broken(verified(without, policy_of(api.service), [first])) == [4]
    word = marker()
    api.refused(
        cast.subject(AUDITOR), "GET", paths(cast)["coach"], 404, "not-found", word, params={"since": str(1 << 40)}
    )


@pytest.mark.parametrize("kind", ["engagement", "person", "coach", "period"])
def test_to_everybody_else_nothing_is_there(api: Api, cast: Cast, kind: str) -> None:
    """Parties, a stranger and a coaching supervisor get the uniform 404, nobody 401; nothing is recorded for it."""
    path, _, query = paths(cast)[kind].partition("?")
    params = dict(pair.split("=") for pair in query.split("&")) if query else {}
    params = {name: value.replace("%2B", "+") for name, value in params.items()}
    for who in (*ROLES, STRANGER, S):
        api.refused(cast.subject(who), "GET", path, 404, "not-found", marker(), params=dict(params))
    api.refused(None, "GET", path, 401, "unauthenticated", marker(), params=dict(params))


def test_what_isnt_there_is_not_found(api: Api, cast: Cast) -> None:
    """An id of nothing or of something else, an empty period: the same 404; half a period: 422."""
    auditor = cast.subject(AUDITOR)
    for path in (
        "engagements/none",
        f"engagements/{cast.ids[E]}",
        f"people/{cast.engagement}",
        f"coaches/{cast.organisation}",
    ):
        api.refused(auditor, "GET", f"/v1/audit/bundles/{path}", 404, "not-found", marker())
    empty = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}
    api.refused(auditor, "GET", "/v1/audit/bundles/period", 404, "not-found", marker(), params=empty)
    half = {"from": "2020-01-01T00:00:00Z"}
    api.refused(auditor, "GET", "/v1/audit/bundles/period", 422, "invalid-request", marker(), params=half)


def test_one_event_is_proved_by_itself(api: Api, cast: Cast) -> None:
    """As a text with its leaf and as a COSE receipt, each under the log's own keys; and the reading is on record."""
    policy = policy_of(api.service)
    (row,) = api.service.recorder.log_leaves(3, 1)
    text = cast.send(AUDITOR, "GET", "/v1/audit/proofs/3")
    assert (text.headers["Content-Type"], text.headers["Vary"]) == ("text/plain; charset=utf-8", "Accept")
    proof = LogProof.parse(text.content)
    assert (proof.index, proof.extra) == (2, row.leaf)
    assert proof.verify(row.leaf, policy).checkpoint.size > 3
    (read,) = last_events(api, 1)
    assert isinstance(read.fact, ReadRecorded)
    assert (read.fact.log, read.fact.view) == (Positions(3, 3), View.LOG)
    cose = cast.send(AUDITOR, "GET", "/v1/audit/proofs/3", headers={"Accept": "application/cose;q=1, text/plain;q=0"})
    assert cose.headers["Content-Type"] == "application/cose"
    key = next(key for key in policy.logs if key.kind == ED25519)
    assert check_receipt(cose.content, row.leaf, key).index == 2
    with pytest.raises(Refused):
        check_receipt(cose.content, row.leaf + b"\0", key)


@pytest.mark.parametrize("position", ["0", "-1", "1e3", "999999999", "none", "9" * 30])
def test_what_isnt_in_the_log_isnt_proved(api: Api, cast: Cast, position: str) -> None:
    """No such position, or no number: the uniform 404; the same to everybody else for one that is there."""
    api.refused(cast.subject(AUDITOR), "GET", f"/v1/audit/proofs/{position}", 404, "not-found", marker())
    for who in (E, S, STRANGER):
        api.refused(cast.subject(who), "GET", "/v1/audit/proofs/1", 404, "not-found", marker())


def test_an_auditor_follows_the_log(api: Api, cast: Cast, tmp_path: Path) -> None:
    """With their token, at the paths of C2SP: what is recorded meanwhile extends what was seen; a party finds none."""
    api.service.log.publish_now()
    policy, url = policy_of(api.service), str(api.client.base_url.join("/v1/audit/log"))
    token = api.bearer(cast.subject(AUDITOR))["Authorization"].removeprefix("Bearer ")
    with fetching(url, token) as fetch:
        first = follow(fetch, policy, tmp_path / "state")
        perform(cast, E, "journal")
        api.service.log.publish_now()
        second = follow(fetch, policy, tmp_path / "state")
    assert second.before == first.checkpoint.size < second.checkpoint.size
    party = api.bearer(cast.subject(E))["Authorization"].removeprefix("Bearer ")
    with fetching(url, party) as fetch, pytest.raises(LogOutOfReach):
        follow(fetch, policy, tmp_path / "state")
