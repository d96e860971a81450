"""The pieces of a view that are about reading itself: who took over from whom, what is held, erased, withdrawn, ended.

All of it is told to the parties (requirements.md R59, R64), so each view shows it from its own reader's parts. Only
``ended`` isn't content: it follows from the record, and is about the one reader alone.
"""

from typing import Any
from uuid import UUID

from domain.facts import rfc3339
from domain.sight import Ended, Receipt, Sight
from domain.standing import Proof, Standing
from domain.vocabulary import Item
from projections.opened import Story

Json = dict[str, Any]


def secrecy(story: Story) -> Json:
    """What happened to keys while the engagement went on, and afterwards."""
    return {
        "replaced": [part.said() for part in story.of("party.replaced")],
        "withdrawn": [part.said(without=("withdrawn",)) for part in story.of("permission.withdrawn")],
        "erasure_requests": _erasure_requests(story),
        "holds": _holds(story),
    }


def _erasure_requests(story: Story) -> list[Json]:
    """The coachee's requests and the operator's orders; one that was taken back says so."""
    shown: list[Json] = []
    for part in story.items(Item.ENGAGEMENT):
        if part.topic == "erasure.requested":
            shown.append({**part.said(), "cancelled": None})
        elif part.topic == "erasure.cancelled":
            # One request of the coachee's waits at a time, and nobody else's can be taken back.
            waiting = [one for one in shown if one["by"] == part.by and one["cancelled"] is None]
            for one in waiting[-1:]:
                one["cancelled"] = part.said(without=("cancelled",))
    return shown


def _holds(story: Story) -> list[Json]:
    """Legal holds, in force until they are lifted."""
    shown: dict[str, Json] = {}
    for part in story.items(Item.ENGAGEMENT):
        if part.topic == "hold.placed":
            shown[part.content["hold_id"]] = {**part.said(without=("on_hold",)), "lifted": None}
        elif part.topic == "hold.lifted" and part.content["hold_id"] in shown:
            shown[part.content["hold_id"]]["lifted"] = part.said(without=("on_hold", "hold_id"))
    return list(shown.values())


def disclosures(story: Story) -> Json:
    """Requests for access with their answers, and what was disclosed to whom (X6, X10)."""
    requests: dict[int, Json] = {}
    made: list[Json] = []
    for part in story.items(Item.DISCLOSURES):
        match part.topic:
            case "access.requested":
                requests[part.content["request"]] = {**part.said(), "answer": None}
            case "access.answered" if part.content["request"] in requests:
                requests[part.content["request"]]["answer"] = part.said(without=("request",))
            case "part.disclosed" | "disclosure.noted":
                made.append(part.said())
    return {"access_requests": list(requests.values()), "made": made}


def ended(story: Story) -> list[Json]:
    """What its reader can't read any more: what it was about, since when, why, and the receipt once there is one."""
    return [ended_entry(one) for one in story.ended]


def ended_entry(one: Ended) -> Json:
    """One reading that is over."""
    return {
        "items": [item.value for item in one.items],
        "since": None if one.since is None else rfc3339(one.since),
        "ground": None if one.ground is None else one.ground.value,
        "lifetime": None if one.lifetime is None else one.lifetime.value,
        "receipt": receipt(one.receipt),
    }


def receipt(one: Receipt | None) -> Json | None:
    """What proves an erasure."""
    if one is None:
        return None
    return {"erasure_id": str(one.erasure_id), "epoch": one.epoch, "tombstone_head": one.tombstone_head.hex()}


def standing(one: Standing) -> Json:
    """What somebody may read, and until when."""
    return {
        "role": one.role.word,
        "principal_id": str(one.principal),
        "items": [item.value for item in one.items],
        "lifetime": None if one.lifetime is None else one.lifetime.value,
        "since": None if one.since is None else rfc3339(one.since),
        "ends_at": None if one.ends_at is None else rfc3339(one.ends_at),
        "ground": None if one.ground is None else one.ground.value,
        "erased": one.erased,
        "receipt": receipt(one.receipt),
    }


def statement(sight: Sight, proof: Proof) -> Json:
    """What a reader's receipt of an erasure says; the deployment is named by whoever signs it."""
    return stated(sight.engagement.id, str(sight.principal), proof)


def stated(engagement: UUID, reader: str, proof: Proof) -> Json:
    """What a receipt of an erasure says to whoever ``reader`` names."""
    return {
        "engagement": str(engagement),
        "reader": reader,
        "erasure": str(proof.erasure_id),
        "ground": proof.ground.value,
        "grants": [
            {
                "role": one.role.word,
                "principal": str(one.principal),
                "slot": str(one.slot_id),
                "lifetime": None if one.lifetime is None else one.lifetime.value,
            }
            for one in proof.grants
        ],
        "requested_at": rfc3339(proof.requested_at),
        "due_at": rfc3339(proof.due_at),
        "erased_at": rfc3339(proof.erased_at),
        "epoch": proof.epoch,
        "tombstone_head": proof.tombstone_head.hex(),
        "page_head": None if proof.page_head is None else proof.page_head.hex(),
    }
