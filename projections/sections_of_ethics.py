"""The pieces of views about the profession's ethics: limits, referrals, concerns, dealings, waivers.

What a reader may not know isn't there to be folded, and nothing here counts what somebody else reads.
"""

from typing import Any

from domain.vocabulary import Item, Role
from projections.opened import Story

Json = dict[str, Any]


def limits(story: Story) -> list[Json]:
    """The limits of the coach's competence that were signalled (R55)."""
    return [part.said() for part in story.items(Item.REFERRAL) if part.topic == "competence_limit.signalled"]


def referrals(story: Story) -> list[Json]:
    """The referrals with their answers (R56)."""
    shown: dict[int, Json] = {}
    for part in story.items(Item.REFERRAL):
        if part.topic == "referral.recommended":
            shown[part.content["referral"]] = {**part.said(), "answer": None}
        elif part.topic == "referral.answered" and part.content["referral"] in shown:
            shown[part.content["referral"]]["answer"] = part.said(without=("referral",))
    return list(shown.values())


def concerns(story: Story) -> list[Json]:
    """What worried its reader, or for the coach anybody: open, answered, or lapsed because somebody left (R12, R13)."""
    shown: list[Json] = []
    for part in story:
        match part.topic:
            case "concern.raised":
                shown.append({**part.said(), "status": "open", "answer": None})
            case "concern.answered":
                about = _CONCERNS[part.item], part.content["concern"], "open"
                for one in shown:
                    if (one["by"], one["concern"], one["status"]) == about:
                        one |= {"status": "answered", "answer": part.said(without=("concern",))}
            case "party.replaced":
                _lapse(shown, [one["by"] for one in shown if part.content["role"] in ("coach", one["by"])])
            case "engagement.ended":
                _lapse(shown, ["sponsor_organisation", "line_manager"])
    return shown


_CONCERNS = {
    Item.SPONSOR_CONCERN.value: Role.SPONSOR_ORGANISATION.word,
    Item.MANAGER_CONCERN.value: Role.LINE_MANAGER.word,
    Item.COACHEE_CONCERN.value: Role.COACHEE.word,
}


def _lapse(shown: list[Json], raised_by: list[str]) -> None:
    for one in shown:
        if one["status"] == "open" and one["by"] in raised_by:
            one["status"] = "lapsed"


def to_do(story: Story, reader: str) -> list[Json]:
    """What waits for this reader, also after the end."""
    if reader == "coach":
        waiting = [one for one in concerns(story) if one["status"] == "open"]
        return [{"do": "answer_concern", "raised_by": one["by"], "concern": one["concern"]} for one in waiting]
    return [{"do": "answer_referral", "referral": one["referral"]} for one in referrals(story) if one["answer"] is None]
