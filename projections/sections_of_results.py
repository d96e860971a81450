"""Sections about what was promised and done: commitments, resources, experiments, decisions, results.

As in :mod:`projections.sections`, what a reader may not know isn't there to be folded. How a commitment stands is told
to all four, what it is about to three of them: one function tells both.
"""

from typing import Any

from domain.vocabulary import Item
from projections.opened import Opened, Story

Json = dict[str, Any]


def said_of(story: Story, *topics: str) -> list[Json]:
    """Everything said of these topics, in order."""
    return [part.said() for part in story.of(*topics)]


def last_of(story: Story, topic: str) -> Json | None:
    """What was said last of a topic."""
    said = said_of(story, topic)
    return said[-1] if said else None


def commitments(story: Story) -> list[Json]:
    """What happened to the line manager's commitments (R41), in order; to some readers without the words."""
    shown: dict[tuple[object, int], Json] = {}
    for part in story.of("commitment.kept", "commitment.reassigned"):
        entry = shown.setdefault((part.stream, part.version), {})
        entry |= part.said()
    return list(shown.values())


def coaching_request(story: Story) -> Json | None:
    """The coachee's own request as last stated (X1), and what the coach said when they took it on."""
    stated = last_of(story, "coaching_request.stated")
    if stated is None:
        return None
    return {**stated, "validated": last_of(story, "coaching_request.validated")}


def experiments(story: Story) -> list[Json]:
    """What the coachee committed to (R46), each with its trials."""
    shown: dict[int, Json] = {}
    for part in story.of("experiment.committed", "experiment.tried"):
        number = part.content["experiment_number"]
        if part.topic == "experiment.committed":
            shown[number] = {**part.said(), "trials": []}
        elif number in shown:
            shown[number]["trials"].append(part.said(without=("experiment_number",)))
    return list(shown.values())


def assessments(story: Story) -> list[Json]:
    """The checkpoints' contents (R35, R36): each assessment with its countersignature and its analysis, if any."""
    shown: list[Json] = []
    for part in story.items(Item.NO_RESULT_ANALYSIS):
        if part.topic == "results.assessed":
            # Version 1 of the checkpoint had all of it in one: what was assessed, decided and why.
            at_once = {name: part.content[name] for name in ("analysis", "decision") if name in part.content}
            assessed = part.said(without=("analysis", "decision"))
            shown.append({**assessed, "countersignature": None, "analysis": at_once or None})
        else:
            _add(shown, part)
    return shown


def _add(shown: list[Json], part: Opened) -> None:
    number = part.content["assessment_number"]
    name = "countersignature" if part.topic == "results.countersigned" else "analysis"
    if number <= len(shown):
        shown[number - 1][name] = part.said(without=("assessment_number",))


def to_do(story: Story) -> list[Json]:
    """What of this waits for the coach, as long as the engagement goes on."""
    waiting: list[Json] = []
    if last_of(story, "engagement.ended") is not None:
        return waiting
    for number, one in enumerate(assessments(story), start=1):
        signed, analysis = one["countersignature"], one["analysis"]
        if signed is None and analysis is None:
            waiting.append({"do": "countersign_results", "assessment": number})
        elif analysis is None and signed is not None and not (one["clear_results"] and signed["agrees"]):
            waiting.append({"do": "analyse_no_result", "assessment": number})
    request = coaching_request(story)
    if request is not None and request["validated"] is None:
        waiting.append({"do": "validate_coaching_request"})
    return waiting
