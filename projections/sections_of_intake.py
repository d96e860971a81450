"""Sections about what comes before the contract: conflicts of interest. As in ``sections``, none knows who reads."""

from typing import Any

from domain.vocabulary import Item
from projections.opened import Story

Json = dict[str, Any]


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
