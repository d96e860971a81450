"""Sections about what comes before the contract: coaches, their ties, and how all deal with each other.

As in ``sections``, none knows who reads.
"""

from typing import Any

from domain.vocabulary import Item
from projections.opened import Story

Json = dict[str, Any]


def candidates(story: Story) -> list[Json]:
    """What candidates told of themselves, and who declined, by meeting (R13, X4)."""
    shown: dict[int, Json] = {}
    for part in story.items(Item.COACH_PROFILE):
        number = part.content["meeting"]
        known = shown.setdefault(number, {"meeting": number, "profile": None, "ethics_code": None, "declined": None})
        known |= _told(part.content)
        if part.topic == "candidacy.declined":
            known["declined"] = part.said(without=("meeting",))
    return [shown[number] for number in sorted(shown)]


def credentials(story: Story) -> Json | None:
    """What the present coach told all four of themself last; None where they told nothing (R11, R50)."""
    shown: Json = {}
    for part in story:
        if part.topic == "party.replaced" and part.content.get("role") == "coach":
            shown = {}
        elif part.item == Item.CREDENTIALS.value:
            shown |= {kind: {**said, "at": part.at} for kind, said in _told(part.content).items()}
    return {"profile": None, "ethics_code": None, **shown} if shown else None


def _told(content: Json) -> Json:
    return {kind: content[kind] for kind in ("profile", "ethics_code") if kind in content}


def conflicts(story: Story) -> list[Json]:
    """What coaches declared of their ties, who accepted a conflict, and how it was resolved (R62)."""
    shown: dict[int, Json] = {}
    for part in story.items(Item.CONFLICTS):
        number = part.content["declaration"]
        if part.topic == "conflict.declared":
            shown[number] = {**part.said(), "accepted": [], "resolved": None}
        elif number in shown and part.topic == "conflict.accepted":
            shown[number]["accepted"].append(part.said(without=("declaration",)))
        elif number in shown:
            shown[number]["resolved"] = part.said(without=("declaration",))
    return list(shown.values())


def relationship_contract(story: Story) -> Json | None:
    """The newest proposal of how coach and coachee deal with each other, and when it was agreed (R12)."""
    shown: Json | None = None
    for part in story:
        if part.topic == "party.replaced" and part.content.get("role") == "coach":
            shown = None
        elif part.topic == "relationship_contract.proposed":
            shown = {**part.said(), "agreed_at": None}
        elif part.topic == "relationship_contract.agreed" and shown is not None:
            shown["agreed_at"] = part.at
    return shown
