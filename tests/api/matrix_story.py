"""One engagement with everything that the matrix speaks of, told over HTTP, and what each reads of it at six moments.

Every text that somebody types is a word that nothing else contains, with what it is about and under which version of
the contract it was typed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tests.api.acts import ACTS, ask, draft
from tests.api.matrix import MOMENTS, PERMITS
from tests.api.people import ROLES, Body, C, Cast, E, M, O, S

AHEAD: Final = {"followed up": timedelta(days=190), "retained": timedelta(days=61 * 31)}
"""How long after the closure the last two moments come."""


@dataclass(frozen=True)
class Told:
    """Something that is on record: when, what happened, under which item and clause."""

    at: str
    event: str
    item: str
    clause: int


@dataclass(repr=False)
class Seen:
    """What one person's answers of the API hold at one moment: their stream, and all words in any of their answers."""

    stream: dict[Told, str]
    elsewhere: str


@dataclass(repr=False)
class Play:
    """An engagement while it is told.

    Attributes:
        cast: who plays it.
        words: every word that was typed, with the name of the act.
        seen: by person and moment, what the four are answered.
        timeline: what a supervisor is answered in the end.
    """

    cast: Cast
    words: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    timeline: list[Body] = field(default_factory=list)
    _in_force: dict[str, int] = field(default_factory=dict)

    def word(self, about: str) -> str:
        """A new word about something."""
        made = f"Vx{len(self.words)}Kq"
        self.words[made] = about
        return made

    def do(self, who: str, name: str, number: int = 0, **changes: Any) -> None:
        """An act that must succeed; ``changes`` replace members of its body."""
        act, cast = ACTS[name], self.cast
        word = f"Vx{len(self.words)}Kq"
        body: Body | None = act.say(cast, word)
        said = body if body is None else {**body, **changes}
        if word in json.dumps(said):
            self.words[word] = name
        version = cast.version(who) if act.versioned else None
        cast.write(who, act.method, act.address(cast, number), said, version=version)

    def session(self, number: int) -> None:
        """A whole session."""
        self.do(C, "schedule")
        if number > 1:
            self.do(E, "review", number)
        for who, name in ((E, "expect"), (C, "accept"), (C, "start"), (C, "work"), (E, "feedback"), (C, "close")):
            self.do(who, name, number)

    def offer(self, version: int) -> None:
        """A contract version that both authors assent to, with its permissions."""
        permits = {item: [who.replace("-", "_") for who in readers] for item, readers in PERMITS[version].items()}
        self.do(C, "draft", **draft(self.word("draft"), confidentiality={"permits": permits}))
        for who in (M, E):
            self.do(who, "assent")

    def sign(self) -> None:
        """The four sign and the coach puts it in force."""
        for who in ROLES:
            self.do(who, "sign")
        self.do(C, "activate")

    def report(self, number: int) -> None:
        """What the clause decides about, said once."""
        self.do(O, "voice")
        self.do(C, "answer", number)
        self.do(C, "propose")
        if number > 1:
            self.do(E, "agree", number - 1)
            self.do(E, "read")

    def fulfil(self) -> None:
        """What the contract in force promises is kept, something is tried and decided, and one asks to end."""
        self.do(M, "reassign", 1)
        self.do(M, "fulfil", 1)
        self.do(O, "deliver", 1)
        for name, number in (
            ("review_demands", 0),
            ("commit", 0),
            ("try", 1),
            ("decide", 0),
            ("effect", 0),
            ("met", 1),
        ):
            self.do(E, name, number)
        self.do(C, "ask_to_end")

    def look(self, moment: str) -> None:
        """Everything that each of the four is answered at a moment."""
        self._in_force = {
            entry["at"]: entry["content"]["contract_version"]
            for entry in self._stream(E)
            if entry["event"] == "contract.activated"
        }
        for who in ROLES:
            stream = {self._told(entry): json.dumps(entry["content"]) for entry in self._stream(who)}
            listed = self.cast.send(who, "GET", "/v1/engagements").text
            self.seen[who, moment] = Seen(stream, json.dumps(self.cast.view(who)) + listed)

    def entries(self, who: str, path: str) -> Iterator[Body]:
        """All entries of a list, page by page."""
        path = f"{path}?limit=200"
        while path:
            answer = self.cast.send(who, "GET", path)
            assert answer.status_code == 200
            yield from answer.json()["entries"]
            path = answer.links["next"]["url"] if "next" in answer.links else ""

    def _stream(self, who: str) -> Iterator[Body]:
        return self.entries(who, f"/v1/views/{who}/engagements/{self.cast.engagement}/stream")

    def _told(self, entry: Body) -> Told:
        of_text = entry["content"].get("contract_version") if entry["event"] == "contract.offered" else None
        before = [version for at, version in self._in_force.items() if at <= entry["at"]]
        return Told(entry["at"], entry["event"], entry["item"], of_text or max(before, default=0))


def tell(cast: Cast) -> Play:
    """The whole story, looked at in all six moments; the cast has a supervisor."""
    play = Play(cast)
    headers = {"Idempotency-Key": cast.api.new_key()}
    appointed = {"person_id": cast.ids[S], "role": "coaching_supervisor"}
    assert cast.api.send("operator", "POST", "/v1/oversight/appointments", json=appointed, headers=headers).is_success
    ask(cast, play.word("request"))
    play.do(E, "meet")
    play.do(E, "choose", meeting=1)
    play.do(C, "declare")
    play.do(C, "approach")
    play.do(E, "reality")
    play.do(E, "state_request")
    play.do(C, "take_on")
    play.session(1)
    play.do(C, "meeting")
    play.report(1)
    play.do(C, "note")
    play.do(E, "journal")
    play.offer(1)
    play.look("offered")
    play.sign()
    for number in (2, 3):
        play.session(number)
    play.report(2)
    play.fulfil()
    play.look("active")
    play.offer(2)
    play.sign()
    for number in (4, 5):
        play.session(number)
    play.report(3)
    play.fulfil()
    play.do(E, "assess", clear_results=False)
    play.do(C, "countersign", 1)
    play.do(C, "analyse", 1)
    play.do(C, "limit")
    play.do(C, "refer", limit=1)
    play.do(E, "answer_referral", 1)
    for who, word, kind in (
        (O, "sponsor_organisation", "boundary"), (M, "line_manager", "pace"), (E, "coachee", "influence"),
    ):  # fmt: skip
        play.do(who, "worry", kind=kind)
        play.do(C, "answer_concern", 1, raised_by=word)
    play.do(E, "waive")
    play.do(E, "ask_access")
    play.do(C, "answer_access", 1)
    play.look("amended")
    play.do(C, "end")
    play.do(C, "follow_up")
    play.do(C, "deal")
    play.look("closed")
    for moment, ahead in AHEAD.items():
        with later(cast, ahead):
            play.look(moment)
    play.timeline = list(play.entries(S, "/v1/oversight/timeline"))
    assert {moment for _, moment in play.seen} == set(MOMENTS)
    return play


@contextmanager
def later(cast: Cast, ahead: timedelta) -> Iterator[None]:
    """Let it be later for a while."""
    with cast.api.ahead(ahead):
        yield
