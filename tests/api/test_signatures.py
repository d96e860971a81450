"""Four signatures on one hash: the right ones count, whoever made them; no other does."""

from collections.abc import Callable
from uuid import UUID

from crypto.document import signature_message
from tests.api.acts import perform, play
from tests.api.people import Api, C, Cast, E, M, O, marker


def test_a_party_can_sign_with_its_own_hands(api: Api, new_cast: Callable[..., Cast]) -> None:
    """A signature made outside, with the party's own Ed25519 key, is accepted as it is and shown to all four."""
    cast = play(new_cast(), "offered")
    reference = cast.reference()
    digest = bytes.fromhex(reference["document_hash"])
    keys = api.service.desk.private(UUID(cast.ids[M]))
    signature = keys.sign(signature_message(digest)).hex()
    cast.act(M, "POST", "/contract/signatures", {**reference, "signature": signature})
    for who in (O, M, C, E):
        signed = cast.view(who)["contract"]["versions"][-1]["signatures"]
        assert [(one["by"], one["signature"]) for one in signed] == [("line_manager", signature)]


def test_no_other_signature_counts(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Another party's signature, one over the bare hash, one with a bit changed: refused; then custody signs."""
    cast = play(new_cast(), "offered")
    reference = cast.reference()
    digest = bytes.fromhex(reference["document_hash"])
    message = signature_message(digest)
    desk = api.service.desk
    own, others = desk.private(UUID(cast.ids[M])), desk.private(UUID(cast.ids[E]))
    right = own.sign(message)
    for wrong in (others.sign(message), own.sign(digest), bytes([right[0] ^ 1]) + right[1:], bytes(64)):
        word = marker()
        headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(M)}"'}
        body = {**reference, "signature": wrong.hex()}
        refused = api.refused(
            cast.subject(M), "POST", cast.below("/contract/signatures"), 422, "signature-invalid", word,
            json=body, headers=headers,
        )  # fmt: skip
        assert wrong.hex() not in refused.text
    perform(cast, M, "sign")
    assert cast.view(M)["contract"]["versions"][-1]["signatures"][0]["signature"] == right.hex()


def test_a_contract_lacks_any_one_signature(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Whichever of the four is missing, the contract isn't activated; with the fourth it is."""
    for missing in (O, M, C, E):
        cast = play(new_cast(), "offered")
        for who in (O, M, C, E):
            if who != missing:
                perform(cast, who, "sign")
        word = marker()
        headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(C)}"'}
        api.refused(
            cast.subject(C), "PUT", cast.below("/contract/in-force"), 409, "signature-missing", word,
            json={"contract_version": 1}, headers=headers,
        )  # fmt: skip
        perform(cast, missing, "sign")
        perform(cast, C, "activate")
        assert cast.view(O)["contract"]["in_force"] == 1
