"""Which of the four quadrants the work went through: the global view, for coach and coachee (R49).

Folded from the tags of each session's work (R45-R48). Whoever may not read the tags has nothing to fold, and a view
whose tags ended is empty again. It counts sessions, never people, and feeds nothing else (R48).
"""

from typing import Any

from domain.vocabulary import Item, Quadrant
from projections.opened import Story


def coverage(story: Story) -> list[dict[str, Any]]:
    """Each quadrant with the sessions that touched it, in the vocabulary's order (R49); empty before the first tag."""
    touched: dict[str, list[int]] = {quadrant.value: [] for quadrant in Quadrant}
    for part in story.items(Item.QUADRANT_TAGS):
        for quadrant in part.content["quadrants"]:
            touched[quadrant].append(part.content["session"])
    if not any(touched.values()):
        return []
    return [{"quadrant": quadrant, "sessions": sessions} for quadrant, sessions in touched.items()]
