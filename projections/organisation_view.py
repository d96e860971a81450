"""What the sponsor organisation sees: what it pays for, what it signed, and what the clause gives it, no more.

It has a voice (R16) and gets the answers; it never sees banana skins, session content or quadrants of one person.
"""

from typing import Any, Final

from domain.vocabulary import Item, Role
from projections import secrecy, sections, sections_of_ethics, sections_of_intake
from projections import sections_of_results as results
from projections.opened import Story

NAME: Final = "sponsor_organisation"
ROLE: Final = Role.SPONSOR_ORGANISATION


def fold(story: Story) -> dict[str, Any]:
    """The view, from the parts that this reader can open."""
    return {
        "to_do": sections.to_do(story, NAME),
        "engagement": sections.engagement(story),
        "credentials": sections_of_intake.credentials(story),
        "conflicts": sections_of_intake.conflicts(story),
        "acknowledgements": sections.said_under(story, Item.ACKNOWLEDGEMENTS),
        "organisation_context": sections.said_under(story, Item.ORGANISATION_CONTEXT),
        "contract": sections.contract(story),
        "voice": sections.voice(story),
        "summaries": sections.summaries(story),
        "manager_commitments": results.commitments(story),
        "resources": results.said_of(story, "resource.delivered"),
        "objectives_met": results.said_of(story, "objective.met"),
        "closure_requests": sections.said_under(story, Item.FULFILMENT),
        "checkpoints": sections.said_under(story, Item.CHECKPOINT),
        "sessions": sections.sessions(story),
        "indicator_readings": results.said_of(story, "indicator.read"),
        "coaching_effect": results.said_of(story, "coaching_effect.measured"),
        "concerns": sections_of_ethics.concerns(story),
        "dealings": sections.said_under(story, Item.DEALINGS),
        "secrecy": secrecy.secrecy(story),
        "ended": secrecy.ended(story),
    }
