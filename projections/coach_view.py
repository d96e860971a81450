"""What the coach sees: the whole working relation with the coachee, and the coach's own notebook.

Not the coachee's journal, and not the coaches whom the coachee met and didn't choose.
"""

from typing import Any, Final

from domain.vocabulary import Item, Role
from projections import secrecy, sections, sections_of_ethics, sections_of_intake
from projections import sections_of_results as results
from projections.coverage import coverage
from projections.opened import Story

NAME: Final = "coach"
ROLE: Final = Role.COACH


def fold(story: Story) -> dict[str, Any]:
    """The view, from the parts that this reader can open."""
    return {
        "to_do": [*sections.to_do(story, NAME), *results.to_do(story), *sections_of_ethics.to_do(story, NAME)],
        "engagement": sections.engagement(story),
        "approach": sections.last_under(story, Item.APPROACH),
        "coaching_request": results.coaching_request(story),
        "reality": results.last_of(story, "reality.described"),
        "credentials": sections_of_intake.credentials(story),
        "conflicts": sections_of_intake.conflicts(story),
        "relationship_contract": sections_of_intake.relationship_contract(story),
        "acknowledgements": sections.said_under(story, Item.ACKNOWLEDGEMENTS),
        "organisation_context": sections.said_under(story, Item.ORGANISATION_CONTEXT),
        "contract": sections.contract(story),
        "sessions": sections.sessions(story),
        "coverage": coverage(story),
        "indicator_readings": results.said_of(story, "indicator.read"),
        "coaching_effect": results.said_of(story, "coaching_effect.measured"),
        "summaries": sections.summaries(story),
        "manager_commitments": results.commitments(story),
        "resources": results.said_of(story, "resource.delivered"),
        "demands_reviews": results.said_of(story, "demands.reviewed"),
        "experiments": results.experiments(story),
        "decisions": sections.said_under(story, Item.DECISIONS),
        "objectives_met": results.said_of(story, "objective.met"),
        "closure_requests": sections.said_under(story, Item.FULFILMENT),
        "checkpoints": sections.said_under(story, Item.CHECKPOINT),
        "analyses": results.assessments(story),
        "voice": sections.voice(story),
        "evaluation": sections.last_under(story, Item.EVALUATION),
        "notes": sections.said_under(story, Item.COACH_NOTES),
        "follow_ups": sections.said_under(story, Item.FOLLOW_UP),
        "competence_limits": sections_of_ethics.limits(story),
        "referrals": sections_of_ethics.referrals(story),
        "concerns": sections_of_ethics.concerns(story),
        "dealings": sections.said_under(story, Item.DEALINGS),
        "waivers": sections.said_under(story, Item.WAIVERS),
        "disclosures": secrecy.disclosures(story),
        "secrecy": secrecy.secrecy(story),
        "ended": secrecy.ended(story),
    }
