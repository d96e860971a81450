"""Trust policies: what they say, and whom they believe."""

import pytest

from crypto.log.signing import NoteSigner, signed
from crypto.verifier.merkle import leaf_hash
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note
from crypto.verifier.policy import MAX_POLICY, Policy
from crypto.verifier.refused import Refused

ORIGIN = "example.com/log"
LOG = NoteSigner(ORIGIN, ED25519, bytes([9]) * 32)
PQ = NoteSigner(ORIGIN, ML_DSA_44, bytes([8]) * 32)
OTHER = NoteSigner("example.com/other", ED25519, bytes([7]) * 32)
W = [NoteSigner(f"w{n}.example", COSIGNATURE, bytes([n]) * 32) for n in range(6)]
CHECKPOINT = Checkpoint(ORIGIN, 3, leaf_hash(b"root"))

WITNESSES = "".join(f"witness w{n} {signer.key}\n" for n, signer in enumerate(W))


def policy(text: str) -> Policy:
    """A policy from its lines."""
    return Policy.parse(text.encode())


def note(*signers: NoteSigner, checkpoint: Checkpoint = CHECKPOINT) -> Note:
    """A checkpoint with these signatures."""
    return Note.parse(signed(checkpoint, list(signers), 1_800_000_000))


def test_the_specifications_example_is_read() -> None:
    """Two groups of witnesses of which both are needed, with white space, comments and URLs."""
    one = policy(
        f"# who counts\n\n  log {LOG.key} https://log.example/ \n{WITNESSES}\tgroup X 2 w0 w1 w2\n"
        "group Y any w3 w4 w5\ngroup both all X Y\nquorum both\n",
    )
    assert one.urls == {LOG.key: "https://log.example/"}
    for enough in ({0, 1, 3}, {0, 2, 5}, {0, 1, 2, 3, 4, 5}):
        assert set(one.judge(note(LOG, *(W[n] for n in enough))).witnesses) == {f"w{n}" for n in enough}
    for few in (set[int](), {0, 1}, {0, 3}, {3, 4, 5}):
        with pytest.raises(Refused, match="too few"):
            one.judge(note(LOG, *(W[n] for n in few)))


def test_without_witnesses_the_logs_signature_is_enough_and_needed() -> None:
    """``quorum none`` asks for no witness, but for the log."""
    one = policy(f"log {LOG.key}\nlog {PQ.key}\nquorum none\n")
    assert [signed_.key for signed_ in one.judge(note(LOG, PQ)).logs] == [LOG.key, PQ.key]
    assert one.judge(note(PQ)).checkpoint == CHECKPOINT
    for strangers in ([W[0]], [OTHER]):
        with pytest.raises(Refused, match="no log"):
            one.judge(note(*strangers))


def test_a_log_signs_for_itself_only() -> None:
    """A checkpoint under one log's name, signed by another log of the policy, is nobody's."""
    one = policy(f"log {LOG.key}\nlog {OTHER.key}\nquorum none\n")
    assert one.judge(note(LOG)).checkpoint.origin == ORIGIN
    with pytest.raises(Refused, match="no log"):
        one.judge(note(OTHER))


def test_a_witness_that_signs_twice_is_one_witness() -> None:
    """Two signatures of one witness are no quorum of two."""
    one = policy(f"log {LOG.key}\n{WITNESSES}group two 2 w0 w1\nquorum two\n")
    with pytest.raises(Refused, match="too few"):
        one.judge(note(LOG, W[0], W[0]))
    assert len(one.judge(note(LOG, W[0], W[1])).witnesses) == 2


def test_a_witness_of_the_newer_type_counts() -> None:
    """A witness may sign with ML-DSA-44."""
    modern = NoteSigner("modern.example", ML_DSA_44, bytes([5]) * 32)
    one = policy(f"log {LOG.key}\nwitness m {modern.key}\nquorum m\n")
    assert one.judge(note(LOG, modern)).witnesses["m"].time == 1_800_000_000
    with pytest.raises(Refused):
        one.judge(note(LOG))


def test_a_bad_signature_of_a_witness_spoils_the_note() -> None:
    """The quorum is reached without it, and still the note is bad: somebody forged."""
    one = policy(f"log {LOG.key}\n{WITNESSES}quorum w0\n")
    forged = note(W[1], checkpoint=Checkpoint(ORIGIN, 4, CHECKPOINT.root))
    good = note(LOG, W[0])
    one.judge(good)
    with pytest.raises(Refused, match="fit"):
        one.judge(Note(good.text, (*good.signatures, *forged.signatures)))


BAD = {
    "empty": "",
    "no quorum": f"log {LOG.key}\n",
    "two quorums": "quorum none\nquorum none\n",
    "an unknown quorum": "quorum w0\n",
    "a quorum before its witness": f"quorum w0\nwitness w0 {W[0].key}\n",
    "a group before its member": f"group g any w0\nwitness w0 {W[0].key}\nquorum none\n",
    "a group of itself": f"witness w0 {W[0].key}\ngroup g any g w0\nquorum none\n",
    "a group of nobody": "group g any\nquorum none\n",
    "none as a member": "group g any none\nquorum none\n",
    "a group called none": f"{WITNESSES}group none any w0\nquorum none\n",
    "a member of two groups": f"{WITNESSES}group a any w0\ngroup b any w0\nquorum none\n",
    "a member twice": f"{WITNESSES}group a 2 w0 w0\nquorum a\n",
    "a name twice": f"witness w {W[0].key}\nwitness w {W[1].key}\nquorum none\n",
    "a key twice": f"witness a {W[0].key}\nwitness b {W[0].key}\nquorum none\n",
    "a log twice": f"log {LOG.key}\nlog {LOG.key}\nquorum none\n",
    "a threshold of 0": f"{WITNESSES}group g 0 w0\nquorum g\n",
    "a threshold too high": f"{WITNESSES}group g 2 w0\nquorum g\n",
    "a threshold in other digits": f"{WITNESSES}group g ² w0 w1\nquorum g\n",
    "a log's key as a witness": f"witness w {LOG.key}\nquorum w\n",
    "a witness's key as a log": f"log {W[0].key}\nquorum none\n",
    "no key": "log\nquorum none\n",
    "too many words": f"log {LOG.key} https://a.example https://b.example\nquorum none\n",
    "another word": "trust everybody\nquorum none\n",
    "a carriage return": "quorum none\r\n",
    "too long": "#" * MAX_POLICY + "\nquorum none\n",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_is_no_policy_is_refused(text: str) -> None:
    """A policy with a mistake in it is none: nothing is guessed."""
    with pytest.raises(Refused):
        policy(text)


def test_the_reason_names_the_line() -> None:
    """Whoever wrote the policy is told where the mistake is, and not what they wrote."""
    with pytest.raises(Refused) as refused:
        policy("# mine\nquorum secret-name\n")
    assert refused.value.reason.startswith("line 2 of the policy: not a line of a policy")
    assert "secret" not in refused.value.reason
