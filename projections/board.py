"""What coaching supervisors look at: engagements, coaches, and what is due, held back until the read is on record.

An answer is put together from engagements' records, opened with the asking supervisor's own grant
(:mod:`projections.overseen`), and judged by the rules at that moment. It leaves only with a ticket for every place that
it was made of. A page is made of so many engagements at most, however few of them are asked for: then it is short, and
has a place to go on from.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from domain.adherence.findings import Finding, Result
from domain.facts import rfc3339
from domain.reads import Place, Ticket
from projections import adherence
from projections.adherence import Judge, Soon, Wanted
from projections.overseen import Overseeing, Overseen
from projections.oversight_index import OversightIndex

LOOKED_AT: Final = 200
"""Engagements that one page is made of at most."""

A = TypeVar("A")


@dataclass(frozen=True)
class Withheld(Generic[A]):
    """An answer that nobody has seen yet.

    Attributes:
        overseer: whom it is for.
        places: by engagement, where what it tells lies.
        following: where the next page begins; None at the end.
    """

    overseer: UUID
    places: dict[UUID, tuple[Place, ...]] = field(repr=False)
    following: int | None
    _answer: A = field(repr=False)

    def answer(self, ticket: Ticket) -> A:
        """The answer.

        Raises:
            domain.reads.NotOnRecord: something of it isn't among what the ticket is for.
        """
        ticket.check(self.overseer, (place for places in self.places.values() for place in places))
        return self._answer


Page = Withheld[list[dict[str, Any]]]


@dataclass(frozen=True)
class Board:
    """The supervisors' board.

    Attributes:
        index: which engagements and coaches there are.
        overseeing: opens what is on record of them.
        judging: gives what works out an engagement's findings by the policies published so far.
    """

    index: OversightIndex
    overseeing: Overseeing
    judging: Callable[[], Judge]

    def engagements(self, overseer: UUID, now: datetime, wanted: Wanted, *, before: int | None, limit: int) -> Page:
        """Engagements, newest first, with how many of the wanted findings have which result.

        Raises:
            projections.locators.ViewForged, and as ``Overseeing.see``.
        """

        def told(seen: Overseen, found: list[Finding]) -> list[dict[str, Any]]:
            open_ones = [one for one in found if one.result is Result.VIOLATED]
            deadlines = [one.deadline for one in found if one.deadline and one.result is Result.NOT_DUE]
            return [
                {
                    "engagement": self.index.pseudonym(seen.engagement),
                    "counts": adherence.counts(found),
                    "violated": [adherence.brief(one) for one in open_ones],
                    "next_deadline": rfc3339(min(deadlines)) if deadlines else None,
                }
            ]

        return self._page(overseer, now, wanted, told, before, limit)

    def due(self, overseer: UUID, now: datetime, soon: Soon, *, before: int | None, limit: int) -> Page:
        """What is due soon, engagement by engagement, newest first; in each by deadline. Raises as ``engagements``."""

        def told(seen: Overseen, found: list[Finding]) -> list[dict[str, Any]]:
            of = {"engagement": self.index.pseudonym(seen.engagement)}
            return [{**of, **adherence.brief(one)} for one in sorted(found, key=_deadline)]

        return self._page(overseer, now, soon, told, before, limit)

    def engagement(self, overseer: UUID, now: datetime, pseudonym: str) -> Withheld[dict[str, Any]] | None:
        """All findings of one engagement; None where the pseudonym is none's. Raises as ``engagements``."""
        engagement = self.index.engagement(pseudonym)
        if engagement is None:
            return None
        seen, judge = self.overseeing.see(overseer, engagement), self.judging()
        answer = {
            "engagement": pseudonym,
            "at": rfc3339(now),
            "coaches": [self.index.pseudonym(coach) for coach in seen.coaches],
            "findings": [adherence.finding(one, seen) for one in judge(seen, now)],
        }
        return Withheld(overseer, _places([seen]), None, answer)

    def coaches(self, overseer: UUID, now: datetime, *, before: int | None, limit: int) -> Page:
        """Coaches, each where last chosen, newest first. Raises as ``engagements``."""
        entries, told_of = list[dict[str, Any]](), list[Overseen]()
        looked_at, rows = 0, self.index.coaches(overseer, before=before, limit=LOOKED_AT)
        last, judge = before, self.judging()
        for number, coach in rows:
            of = [] if coach is None else self.index.engagements_of(coach)
            if entries and (len(entries) == limit or looked_at + len(of) > LOOKED_AT):
                break
            last = number
            if coach is None:
                continue
            looked_at += len(of)
            seen = [self.overseeing.see(overseer, engagement) for engagement in of]
            found = [one for each in seen for one in judge(each, now)]
            told_of += seen
            entries.append(
                {
                    "coach": self.index.pseudonym(coach),
                    "engagements": len(of),
                    "counts": adherence.counts(found),
                    "violated": adherence.violated(found),
                }
            )
        return Withheld(overseer, _places(told_of), _following(last, rows), entries)

    def coach(self, overseer: UUID, now: datetime, pseudonym: str) -> Withheld[dict[str, Any]] | None:
        """One coach: their engagements, and how it went by month; None where the pseudonym is none's.

        Raises as ``engagements``.
        """
        coach = self.index.coach(overseer, pseudonym)
        if coach is None:
            return None
        seen = [self.overseeing.see(overseer, engagement) for engagement in self.index.engagements_of(coach)]
        judge = self.judging()
        answer = {
            "coach": pseudonym,
            "at": rfc3339(now),
            "engagements": [
                {"engagement": self.index.pseudonym(each.engagement), "violated": adherence.violated(found)}
                for each in seen
                for found in [judge(each, now)]
            ],
            "months": [month.shown() for month in adherence.trend(seen, now, judge)],
        }
        return Withheld(overseer, _places(seen), None, answer)

    def _page(
        self,
        overseer: UUID,
        now: datetime,
        wanted: Callable[[Finding], bool],
        told: Callable[[Overseen, list[Finding]], list[dict[str, Any]]],
        before: int | None,
        limit: int,
    ) -> Page:
        """Up to ``limit`` engagements of which some findings are wanted."""
        entries, told_of = list[dict[str, Any]](), list[Overseen]()
        rows = self.index.engagements(before=before, limit=LOOKED_AT)
        last, judge = before, self.judging()
        for number, engagement in rows:
            if len(told_of) == limit:
                break
            last = number
            seen = self.overseeing.see(overseer, engagement)
            found = [one for one in judge(seen, now) if wanted(one)]
            if found:
                told_of.append(seen)
                entries += told(seen, found)
        return Withheld(overseer, _places(told_of), _following(last, rows), entries)


def _places(seen: Iterable[Overseen]) -> dict[UUID, tuple[Place, ...]]:
    """Where all of it lies, by engagement."""
    found: dict[UUID, tuple[Place, ...]] = {}
    for one in seen:
        for engagement, places in one.places.items():
            found[engagement] = tuple(dict.fromkeys((*found.get(engagement, ()), *places)))
    return found


def _following(last: int | None, rows: list[Any]) -> int | None:
    """Where the next page begins, if there is one: lists count down to 1."""
    return last if rows and last is not None and last > 1 else None


def _deadline(one: Finding) -> str:
    return "" if one.deadline is None else rfc3339(one.deadline)
