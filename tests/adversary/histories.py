"""Two histories that differ only in what a party may not know, and what that party then sees of each.

:data:`TYPED` says under which items of the matrix each field of the stage's play falls, written down from the matrix
and not taken from the code that seals. Together with a clause it says who may read a field.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.clause import Clause
from domain.vocabulary import Item, Role
from ops.wiring import CellService
from tests.stage import C, E, K, M, O, Stage, tell

S: Final = Role.COACHING_SUPERVISOR
Field = tuple[Role, str]
Permits = Mapping[Item, frozenset[Role]]

_PROFILE = "profile_methods", "experience", "references", "training", "original_supervision", "model", "code"
_DRAFTED = (Item.CONTRACT_DRAFT, Item.CONTRACT_TEXT)
_OBJECTIVE = (Item.CONTRACT_DRAFT, Item.OBJECTIVES)
_DEMAND = (Item.CONTRACT_DRAFT, Item.DEMANDS)
TYPED: Final[Mapping[Field, tuple[Item, ...]]] = {
    **{(role, "name"): (Item.OWN_RECORD,) for role in (O, M, C, E, S)},
    (O, "organisation"): (Item.OWN_RECORD,),
    **{(O, name): (Item.ENGAGEMENT,) for name in ("title", "request", "coachee_name")},
    **{(O, name): () for name in ("programme_title", "programme_purpose")},  # in no view of an engagement
    (O, "voice"): (Item.SPONSOR_VOICE,),
    (C, "answer"): (Item.SPONSOR_VOICE,),
    (E, "coach_name"): (Item.ENGAGEMENT,),
    (C, "ties"): (Item.CONFLICTS,),
    **{(E, name): (Item.COACHES_MET,) for name in ("coach_met", "impression", "why")},
    **{(K, name): (Item.COACH_PROFILE,) for name in (*_PROFILE, "reason", "referral")},
    **{(C, name): (Item.COACH_PROFILE, Item.CREDENTIALS) for name in _PROFILE},
    **{(C, name): (Item.APPROACH,) for name in ("approach", "methods", "reference_material", "ethics")},
    **{(E, name): (Item.REALITY,) for name in ("reality", "problem", "weight", "rationale")},
    (C, "place"): (Item.SESSION_DATES,),
    **{(E, n): (Item.SESSION_CONTENT,) for n in ("retained", "practised", "events", "expectation", "feedback")},
    **{(C, name): (Item.SESSION_CONTENT,) for name in ("remark", "focus", "themes", "third_party")},
    **{(role, "expects"): _DRAFTED for role in (O, C, E)},
    (M, "resource"): _DRAFTED,
    (M, "source"): _DRAFTED,
    **{(role, "interest"): _DRAFTED for role in (O, E)},
    **{(C, name): _DRAFTED for name in ("coaching_request", "complaint_route", "venue")},
    **{(E, n): _OBJECTIVE for n in ("statement", "specific", "measurable", "ambitious", "achievable", "indicator")},
    (M, "indicator"): _OBJECTIVE,
    (E, "demand_on_coach"): _DEMAND,
    (E, "demand_on_manager"): _DEMAND,
    (E, "banana_skin"): (Item.CONTRACT_DRAFT, Item.BANANA_SKINS),
    (E, "value"): (Item.INDICATOR_READINGS,),
    (E, "effect"): (Item.INDICATOR_READINGS,),
    (E, "own_request"): (Item.REALITY,),
    (C, "taken_on"): (Item.REALITY,),
    (C, "relationship"): (Item.RELATIONSHIP_CONTRACT,),
    **{(role, "acknowledgement"): (Item.ACKNOWLEDGEMENTS,) for role in (O, E)},
    **{(by, name): (Item.ORGANISATION_CONTEXT,) for by in (O, M) for name in ("culture", "context", "constraints")},
    (C, "meeting place"): (Item.ENGAGEMENT,),
    (M, "kept"): (Item.COMMITMENTS,),
    (M, "delivered"): (Item.RESOURCES,),
    (E, "demands_review"): (Item.DEMANDS,),
    **{(E, name): (Item.SESSION_CONTENT,) for name in ("experiment", "outcome")},
    (E, "decision"): (Item.DECISIONS,),
    (E, "met"): (Item.OBJECTIVES,),
    (C, "asks_to_end"): (Item.FULFILMENT,),
    (E, "observation"): (Item.INDICATOR_READINGS,),
    (C, "summary"): (Item.PROGRESS_PROPOSAL, Item.PROGRESS_SUMMARY),
    (C, "note"): (Item.COACH_NOTES,),
    (E, "entry"): (Item.COACHEE_JOURNAL,),
    (C, "statement"): (Item.ENGAGEMENT,),
    (C, "evaluation"): (Item.EVALUATION,),
    **{(C, name): (Item.REFERRAL,) for name in ("limit", "referral")},
    (E, "answer_to_referral"): (Item.REFERRAL,),
    (O, "concern"): (Item.SPONSOR_CONCERN,),
    (C, "answer_to_sponsor_organisation"): (Item.SPONSOR_CONCERN,),
    (M, "concern"): (Item.MANAGER_CONCERN,),
    (C, "answer_to_line_manager"): (Item.MANAGER_CONCERN,),
    (E, "concern"): (Item.COACHEE_CONCERN,),
    (C, "answer_to_coachee"): (Item.COACHEE_CONCERN,),
    (C, "dealing"): (Item.DEALINGS,),
    (E, "waiver"): (Item.WAIVERS,),
    **{(C, name): () for name in ("credential", "issuer", "supervision_place", "arrangement")},  # in the practice
    **{(C, name): () for name in ("supervision", "development")},
}
"""Every field of the play and the items that it is sealed under."""

BEFORE_THE_CONTRACT: Final = {(O, "voice"): 1, (C, "answer"): 1, (C, "place"): 1}
"""How often a field of an item that a clause can move is typed while the default clause rules still."""


def readable(role: Role, typed: Field, times: int, permits: Permits) -> bool:
    """Whether a role may read a field when it is typed for the ``times``-th time (from 1), under this clause."""
    early = times <= BEFORE_THE_CONTRACT.get(typed, 0)
    clause = Clause(1, {} if early else permits)
    return any(role in clause.disposition(item).audience for item in TYPED[typed])


@dataclass
class Words:
    """The stage's words: ``told`` for what ``keep`` says, another text for the rest; remembers what was asked for."""

    keep: Callable[[Field, int], bool]
    other: Callable[[Field, int], str]
    asked: Counter[Field] = field(default_factory=Counter)

    def __call__(self, role: Role, name: str) -> str:
        """The text for a field, which is counted."""
        typed = (role, name)
        self.asked[typed] += 1
        times = self.asked[typed]
        return told(typed, times) if self.keep(typed, times) else self.other(typed, times)


def told(typed: Field, times: int) -> str:
    """The text of a field in the first history."""
    return f"{typed[0].word} says {typed[1]}, number {times}"


RANDOM: Final = frozenset({"document_hash", "commitments", "salt", "salts", "signature"})
"""What is random by design in what a party sees, and so differs between any two histories, also between equal ones.

A commitment hides its section because its 32-byte salt is fresh each time; the document's hash covers the commitments,
and a signature the hash. A party needs them to check what it signed, and learns nothing from them about a section that
it may not read: that is what *hiding* means. Everything else must be equal to the byte.
"""

Fold = Callable[[CellService, Stage, Role], dict[str, Any]]


def seen(service: CellService, stage: Stage, role: Role) -> dict[str, Any]:
    """Everything that a party, before the end and after it, or the supervisor is shown, as the routes show it."""
    stage.advance()
    if role is S:
        entries, _ = service.timeline.page(stage.people[S], after=0, limit=1_000)
        names: dict[str, str] = {}
        for entry in entries:
            # Pseudonyms come from the cell's own random key: only who is the same as whom is compared.
            entry["engagement"] = names.setdefault(entry["engagement"], f"engagement {len(names)}")
        return {"timeline": entries}
    view, sights = service.views[role], [stage.sight(role, at) for at in (stage.before_the_end(), stage.at)]
    stream = [
        {
            "number": part.number,
            "at": part.at,
            "by": part.by,
            "event": part.topic,
            "item": part.item,
            "content": part.content,
        }
        for sight in sights
        for part in view.story(sight)
    ]
    numbers = [located.seq for located in view.located(sights[0])]
    return {"views": [view.read(sight) for sight in sights], "stream": stream, "numbers": sorted(numbers)}


def masked(value: Any, name: str = "") -> Any:
    """The same with every random value replaced by its shape: how many, how long."""
    if isinstance(value, dict):
        return {key: masked(member, name if name in RANDOM else key) for key, member in value.items()}
    if isinstance(value, list):
        return [masked(member, name) for member in value]
    return f"{len(value)} random characters" if name in RANDOM else value


def differences(one: Any, two: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where two JSON values differ: the paths of their unequal leaves."""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return [found for key in one for found in differences(one[key], two[key], (*path, key))]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [f for n, (a, b) in enumerate(zip(one, two, strict=True)) for f in differences(a, b, (*path, n))]
    return [] if one == two else [path]


def text(shown: Any) -> str:
    """The bytes that would go over the wire, order and all."""
    return json.dumps(masked(shown), ensure_ascii=False)


def play(service: CellService, words: Words, permits: Permits, aside: Callable[[Stage], None] | None = None) -> Stage:
    """One history; ``aside`` may do more, out of the story's own ids and times."""
    stage = Stage(service, "cast", words)
    if aside is not None:
        stage = _Interrupted(service, "cast", words, aside=aside)
    return tell(stage, permits=permits)


@dataclass
class _Interrupted(Stage):
    """A stage where something more is done after every act; ids and times go on as if nothing had happened."""

    aside: Callable[[Stage], None] = lambda _: None
    _busy: bool = False

    def act(self, by: Role, command: Any, stream: UUID | None = None) -> Any:
        outcome = super().act(by, command, stream)
        if not self._busy:
            self._busy, salt, asked, at, words = True, self.salt, self.asked, self.at, self.words
            self.salt, self.asked = f"{salt} aside", asked * 100
            self.words = lambda role, name: f"{role.word} adds {name}"
            self.aside(self)
            self._busy, self.salt, self.asked, self.at, self.words = False, salt, asked, at, words
        return outcome
