"""torchwood's script for its witness, step by step (FiloSottile/torchwood, 341dc2f0f552, cmd/litewitness/testdata).

The requests are its data: a log of Sigsum's kind whose leaf hashes are 2A 00 …, 2A 01 … and so on. One status differs:
for an unknown origin the script expects 403, and the specification has said 404 since.
"""

import base64
from pathlib import Path

from crypto.log.signing import NoteSigner
from crypto.log.witnessing import request
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note, VerifierKey
from ops.witness.witness import Witness

LOG = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
KEY = VerifierKey(LOG, ED25519, bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"))

ONE = "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
THREE = "RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0="
FIVE = "QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY="
SIGNED_1 = "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY="
SIGNED_3 = "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go="
SIGNED_5 = "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww="
TO_3 = ["KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
TO_3_FLIPPED = [TO_3[0], "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABA="]
FROM_1_TO_5 = [
    TO_3[0], "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=", "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
]  # fmt: skip
FROM_3_TO_5 = [
    TO_3[1], "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=",
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
]  # fmt: skip

# origin, old size, proof, size, root, signature, status, what the answer has.
STEPS = [
    (LOG, 0, [], 1, ONE, SIGNED_1, 200, "— example.com/witness "),
    (LOG, 1, TO_3, 3, THREE, SIGNED_3[:-3] + "gx=", 403, "invalid signature"),
    (LOG[:-1] + "3", 1, TO_3, 3, THREE, SIGNED_3, 404, "unknown log"),
    (LOG, 1, [], 3, THREE, SIGNED_3, 422, "consistency proof"),
    (LOG, 1, TO_3_FLIPPED, 3, THREE, SIGNED_3, 422, "consistency proof"),
    (LOG, 1, TO_3, 3, THREE, SIGNED_3, 200, "— example.com/witness "),
    (LOG, 1, FROM_1_TO_5, 5, FIVE, SIGNED_5, 409, "3\n"),
    (LOG, 3, FROM_3_TO_5, 5, FIVE, SIGNED_5, 200, "— example.com/witness "),
    (LOG, 0, [], 5, FIVE, SIGNED_5, 409, "5\n"),
]


def test_the_whole_script(tmp_path: Path) -> None:
    """Every step has its status and its words, and the witness ends at size 5 with signatures that verify."""
    signers = [NoteSigner("example.com/witness", kind, bytes([kind]) * 32) for kind in (COSIGNATURE, ML_DSA_44)]
    witness = Witness(tmp_path, signers, {LOG: [KEY]}, lambda: 1_700_000_000)
    for origin, old, proof, size, root, signature, status, words in STEPS:
        text = Checkpoint(origin, size, base64.b64decode(root)).text
        note = f"{text}\n— {origin} {signature}\n".encode()
        answer = witness.add(request(old, [base64.b64decode(one) for one in proof], note))
        assert (answer.status, words in answer.body) == (status, True), answer
        assert answer.media_type.startswith("text/x.tlog.size" if status == 409 else "text/plain")
        if status == 200:
            signed = Note.parse(f"{text}\n{answer.body}".encode()).signed_by([signer.key for signer in signers])
            assert [one.time for one in signed] == [1_700_000_000] * 2
    (kept,) = (path for path in tmp_path.iterdir() if path.name.endswith(".checkpoint"))
    assert Checkpoint.parse(Note.parse(kept.read_bytes()).text).size == 5


def test_the_keys_are_the_scripts() -> None:
    """Positive control: the key's id is the one in the script's signatures, and it signed the first checkpoint."""
    assert base64.b64decode(SIGNED_1)[:4] == KEY.id
    note = f"{Checkpoint(LOG, 1, base64.b64decode(ONE)).text}\n— {LOG} {SIGNED_1}\n".encode()
    assert Note.parse(note).signed_by([KEY])[0].key == KEY
