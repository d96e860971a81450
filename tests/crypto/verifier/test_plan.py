"""Whole bundles: what holds is verified, and whatever was changed is found by the step that is about it."""

import json
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.log.signing import NoteSigner
from crypto.receipt import sign_receipt
from crypto.verifier.notes import ED25519, Note
from crypto.verifier.plan import Report, verify
from crypto.verifier.policy import Policy
from tests.crypto.verifier.pieces import Log, Pieces, bundle, log_of, zipped
from tests.crypto.verifier.story import KEYS, LOG, NOTEBOOK, ORIGIN, POLICY, PQ, WITNESS, Story

STORY = Story()
OTHERS = [STORY.record(UUID(int=500), "service", "root.staged", 9) for _ in range(3)]
del STORY.heads[UUID(int=500)]  # of no concern to the bundle
SAID = STORY.tell()
STATED = STORY.state()
PIECES = bundle(STORY, STATED, [(SAID, 1)], left_out=OTHERS)


def verified(pieces: Pieces | bytes, *seen: bytes, policy: bytes = POLICY) -> Report:
    """What the verifier says of a bundle."""
    raw = pieces if isinstance(pieces, bytes) else pieces.build()
    return verify(BytesIO(raw), Policy.parse(policy), seen)


def failed(report: Report) -> set[int]:
    """The steps that don't hold."""
    assert report.findings.keys() == {step for step, holds in report.results.items() if holds is False}
    return set(report.findings)


def test_an_untouched_bundle_is_verified() -> None:
    """Positive control: every step that there is something to check for holds, and the disclosed part is shown."""
    report = verified(PIECES)
    assert report.findings == {}
    assert {step for step, holds in report.results.items() if holds is None} == {4, 12}
    assert report.verified
    assert [one["content"]["content"] for one in report.disclosed] == [{"said": "session_content"}]


def drop_a_leaf(p: Pieces) -> None:
    """One leaf is missing, with all that belongs to it."""
    index = p.leaves.pop(20)[0]
    p.facts = [one for one in p.facts if one[0] != index]
    p.grants = [one for one in p.grants if one[0] != index]


def swap_leaves(p: Pieces) -> None:
    """Two leaves have changed places."""
    (a, first), (b, second) = p.leaves[20], p.leaves[21]
    p.leaves[20], p.leaves[21] = (a, second), (b, first)


def duplicate_a_leaf(p: Pieces) -> None:
    """One leaf stands twice."""
    p.leaves.insert(21, p.leaves[20])


def insert_a_leaf(p: Pieces) -> None:
    """A leaf of somebody else's stands at the end."""
    other = Story()
    other.found()
    p.leaves.append((p.leaves[-1][0] + 1, other.events[0].leaf))


def exchange_a_leaf(p: Pieces) -> None:
    """A leaf of another record, well-formed and signed, stands in the place of one."""
    other = Story()
    other.found()
    p.leaves[0] = (p.leaves[0][0], other.events[0].leaf)


def flip_a_bit_of_a_leaf(p: Pieces) -> None:
    """One bit of a digest in a leaf is another."""
    index, leaf = p.leaves[20]
    p.leaves[20] = (index, leaf[:90] + bytes([leaf[90] ^ 1]) + leaf[91:])


def flip_a_bit_of_a_signature(p: Pieces) -> None:
    """One bit of an author's signature is another."""
    index, leaf = p.leaves[20]
    p.leaves[20] = (index, leaf[:-90] + bytes([leaf[-90] ^ 1]) + leaf[-89:])


def renumber_leaves(p: Pieces) -> None:
    """All indices are one higher."""
    p.leaves = [(index + 1, leaf) for index, leaf in p.leaves]


def flip_a_bit_around(p: Pieces) -> None:
    """There is a hash beside the leaves that nobody needs."""
    p.around.append(bytes(32))


def empty_hash_around(p: Pieces) -> None:
    """The last hash is cut short."""
    p.around.append(b"")
    p.more["around"] = b"".join(p.around) + b"x"


def size_from_the_bundle(p: Pieces) -> None:
    """The bundle claims a smaller tree than its checkpoint."""
    p.claims["size"] -= 1


def origin_from_the_bundle(p: Pieces) -> None:
    """The bundle claims another log than its checkpoint."""
    p.claims["origin"] += "x"


def claim_fewer_streams(p: Pieces) -> None:
    """The bundle claims less than the log states."""
    p.claims["streams"].pop()


def claim_another_statement(p: Pieces) -> None:
    """The bundle names another event as its statement."""
    p.claims["stated_at"] = 3


def claim_another_scope(p: Pieces) -> None:
    """The bundle claims another scope than the log states."""
    p.claims["scope"]["kind"] = "person"


def claim_nonsense(p: Pieces) -> None:
    """The claims are of other types."""
    p.claims |= {"stated_at": [1], "scope": 3, "streams": {}}


def no_checkpoint(p: Pieces) -> None:
    """The checkpoint isn't a note."""
    p.checkpoint = b"x"


def unwitnessed(p: Pieces) -> None:
    """No witness signed."""
    p.checkpoint = log_of(STORY).note(len(STORY.events), LOG, PQ)


def signed_by_another_log(p: Pieces) -> None:
    """The log's signature is another key's, under the log's name."""
    forger = NoteSigner(ORIGIN, ED25519, bytes([9]) * 32)
    p.checkpoint = log_of(STORY).note(len(STORY.events), forger, WITNESS)


def hint_of_the_log(p: Pieces) -> None:
    """A signature has the log's key id, under another name."""
    note = Note.parse(log_of(STORY).note(len(STORY.events), LOG, WITNESS))
    (_, hint, raw), witness = note.signatures
    p.checkpoint = bytes(Note(note.text, (("other.example", hint, raw), witness)))


def malformed_signature_line(p: Pieces) -> None:
    """A signature line has two spaces."""
    p.checkpoint = p.checkpoint.replace("— ".encode(), "—  ".encode(), 1)


def drop_facts(p: Pieces) -> None:
    """A leaf's facts are kept back."""
    p.facts.pop(20)


def facts_of_nobody(p: Pieces) -> None:
    """There are facts for a leaf that isn't there."""
    p.facts.append((len(p.leaves) + 5, *p.facts[-1][1:]))


def facts_twice(p: Pieces) -> None:
    """A leaf's facts stand twice."""
    p.facts.insert(21, p.facts[20])


def exchange_facts(p: Pieces) -> None:
    """A leaf has the facts of another."""
    p.facts[20] = (p.facts[20][0], *p.facts[21][1:])


def another_facts_key(p: Pieces) -> None:
    """Facts come with another key."""
    index, _, sealed = p.facts[20]
    p.facts[20] = (index, bytes(32), sealed)


def exchange_grants(p: Pieces) -> None:
    """Two grants have changed places."""
    first, second = p.grants[0], p.grants[1]
    p.grants[0], p.grants[1] = (*first[:3], second[3]), (*second[:3], first[3])


def grant_of_another_leaf(p: Pieces) -> None:
    """A grant stands with a leaf that doesn't have it."""
    p.grants.insert(0, (p.leaves[0][0], *p.grants[-1][1:]))


def omit_a_grant(p: Pieces) -> None:
    """A grant is missing, with all else of its leaf there."""
    del p.grants[3]


def omit_the_last_grant(p: Pieces) -> None:
    """The last grant of all is missing."""
    del p.grants[-1]


def grant_twice(p: Pieces) -> None:
    """A grant stands there twice."""
    p.grants.insert(3, p.grants[3])


def part_of_another_leaf(p: Pieces) -> None:
    """A part stands with another leaf."""
    p.parts[0] = (STATED, *p.parts[0][1:])


def another_part_key(p: Pieces) -> None:
    """A part comes with another key."""
    p.parts[0] = (*p.parts[0][:2], bytes(32), p.parts[0][3])


def part_that_was_not_disclosed(p: Pieces) -> None:
    """A part is opened of which no disclosure is on record."""
    index = next(n for n, event in enumerate(STORY.events) if event.stream == NOTEBOOK and event.parts)
    p.parts.append((index, 1, *STORY.events[index].parts[0]))


def facts_as_a_part(p: Pieces) -> None:
    """Part 0 is opened as a disclosure."""
    p.parts[0] = (p.parts[0][0], 0, *p.facts[p.parts[0][0]][1:])


def receipt_of_another(p: Pieces) -> None:
    """A receipt is signed by somebody else than the service."""
    statement = json.loads(p.receipts[0])["statement"]
    p.receipts[0] = sign_receipt(statement, KEYS["C"])


def receipt_of_nothing(p: Pieces) -> None:
    """A receipt is about an erasure that isn't on record."""
    statement = json.loads(p.receipts[0])["statement"] | {"erasure": str(UUID(int=9))}
    p.receipts[0] = sign_receipt(statement, KEYS["service"])


def receipt_of_nonsense(p: Pieces) -> None:
    """A receipt isn't one."""
    p.receipts[0] = b'{"statement":3}'


CHANGES: dict[Callable[[Pieces], None], set[int]] = {
    drop_a_leaf: {3, 5, 10},
    swap_leaves: {3, 5, 6, 8, 10},
    duplicate_a_leaf: {3, 5, 8},
    insert_a_leaf: {3, 5, 6, 8},
    exchange_a_leaf: {3, 5, 6, 7, 8, 11},
    flip_a_bit_of_a_leaf: {3, 5, 6, 8, 10},
    flip_a_bit_of_a_signature: {3, 5, 7},
    renumber_leaves: {1},
    flip_a_bit_around: {3},
    empty_hash_around: {3},
    size_from_the_bundle: {2},
    origin_from_the_bundle: {2},
    claim_fewer_streams: {5},
    claim_another_statement: {5},
    claim_another_scope: {5},
    claim_nonsense: {5},
    no_checkpoint: {2},
    unwitnessed: {2},
    signed_by_another_log: {2},
    hint_of_the_log: {2},
    malformed_signature_line: {2},
    drop_facts: {6, 8, 10},
    facts_of_nobody: {1},
    facts_twice: {1},
    exchange_facts: {6, 8, 10},
    another_facts_key: {6, 8, 10},
    exchange_grants: {8},
    grant_of_another_leaf: {8},
    omit_a_grant: {8},
    omit_the_last_grant: {8},
    grant_twice: {8},
    part_of_another_leaf: {13},
    another_part_key: {13},
    part_that_was_not_disclosed: {13},
    facts_as_a_part: {13},
    receipt_of_another: {11},
    receipt_of_nothing: {11},
    receipt_of_nonsense: {11},
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_was_changed_is_named(change: Callable[[Pieces], None]) -> None:
    """Each change of a bundle is found by a step that is about it, with a reason, and by no other step."""
    changed = PIECES.copy()
    change(changed)
    report = verified(changed)
    assert not report.verified
    assert failed(report) == CHANGES[change]
    assert all(reason for reasons in report.findings.values() for reason in reasons)


def test_an_older_checkpoint_must_be_extended() -> None:
    """A checkpoint that was seen before is extended, with a proof in the bundle; the same one and an empty one are."""
    log, size = log_of(STORY), len(STORY.events)
    old = log.note(9, LOG)
    assert failed(verified(PIECES, old)) == {4}
    pieces = PIECES.copy()
    pieces.more["consistency/9"] = b"".join(log.tree(size).consistency(9))
    assert verified(pieces, old, PIECES.checkpoint, log.note(0, LOG)).results[4] is True
    pieces.more["consistency/9"] = b"".join(log.tree(size).consistency(10))
    assert failed(verified(pieces, old)) == {4}


def test_a_replayed_or_forked_checkpoint_is_found() -> None:
    """Who saw a newer checkpoint, or one of the same size with another root, isn't shown an older or another log."""
    newer, forked = Story(), Log([*log_of(STORY).leaves[:-1], b"another"])
    stated = newer.tell() and newer.state()
    longer = Log([*log_of(STORY).leaves, b"one more"])
    assert failed(verified(PIECES, longer.note(len(STORY.events) + 1, LOG))) == {4}
    assert failed(verified(PIECES, forked.note(len(STORY.events), LOG))) == {4}
    assert failed(verified(PIECES, b"no note")) == {4}
    assert failed(verified(PIECES, longer.note(3, WITNESS))) == {4}  # the log didn't sign it
    assert verified(bundle(newer, stated)).verified


def test_the_policy_comes_from_whoever_verifies() -> None:
    """A policy that names no log, or another one, believes nothing, whatever the bundle holds."""
    other = NoteSigner(ORIGIN, ED25519, bytes([9]) * 32)
    for policy in ("quorum none\n", f"log {other.key}\nquorum none\n"):
        assert failed(verified(PIECES, policy=policy.encode())) == {2}
    assert verified(PIECES, policy=f"log {LOG.key}\nquorum none\n".encode()).verified


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_flipped_byte_is_found_wherever_it_is(data: st.DataObject) -> None:
    """Any byte of any member flipped, with the archive made to fit, is found; the untouched bundle is verified."""
    members = PIECES.members()
    name = data.draw(st.sampled_from(sorted(members)))
    at, bit = data.draw(st.integers(0, len(members[name]) - 1)), data.draw(st.integers(0, 7))
    raw = bytearray(members[name])
    raw[at] ^= 1 << bit
    assert not verified(zipped(members | {name: bytes(raw)})).verified


def test_the_check_stops_where_nothing_could_be_believed() -> None:
    """Without a file or a checkpoint to believe, what follows isn't checked, and isn't verified."""
    assert {step for step, holds in verified(b"").results.items() if holds is not None} == {1}
    unsigned = PIECES.copy()
    unwitnessed(unsigned)
    assert {step for step, holds in verified(unsigned).results.items() if holds is not None} == {1, 2}
