"""What the line manager sees: the contract that they determine with the coachee, and what helps them to help.

Banana skins and demands are theirs to know until the closure; what is said in a session isn't.
"""

from typing import Any, Final

from domain.vocabulary import Item, Role
from projections import secrecy, sections, sections_of_ethics, sections_of_intake
from projections import sections_of_results as results
from projections.opened import Story

NAME: Final = "line_manager"
ROLE: Final = Role.LINE_MANAGER


def fold(story: Story) -> dict[str, Any]:
    """The view, from the parts that this reader can open."""
    return {
        "to_do": sections.to_do(story, NAME),
        "engagement": sections.engagement(story),
        "credentials": sections_of_intake.credentials(story),
        "conflicts": sections_of_intake.conflicts(story),
        "organisation_context": sections.said_under(story, Item.ORGANISATION_CONTEXT),
        "contract": sections.contract(story),
        "summaries": sections.summaries(story),
        "manager_commitments": results.commitments(story),
        "resources": results.said_of(story, "resource.delivered"),
        "demands_reviews": results.said_of(story, "demands.reviewed"),
        "objectives_met": results.said_of(story, "objective.met"),
        "closure_requests": sections.said_under(story, Item.FULFILMENT),
        "checkpoints": sections.said_under(story, Item.CHECKPOINT),
        "sessions": sections.sessions(story),
        "indicator_readings": results.said_of(story, "indicator.read"),
        "coaching_effect": results.said_of(story, "coaching_effect.measured"),
        "voice": sections.voice(story),
        "follow_ups": sections.said_under(story, Item.FOLLOW_UP),
        "concerns": sections_of_ethics.concerns(story),
        "secrecy": secrecy.secrecy(story),
        "ended": secrecy.ended(story),
    }
