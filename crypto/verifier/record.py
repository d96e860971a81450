"""What a bundle's leaves say, in the order of the log, and the rules that they keep: steps 5 to 11 and 13 of the plan.

Facts open with the keys in the bundle and are bound to their leaves by digests, so the log vouches for what they say.
Their fields stand in the order of FORMAT.md 12; ids are 16 bytes, times µs since 1970.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crypto.verifier.cbor import loads
from crypto.verifier.clause import Clause, rfc3339
from crypto.verifier.formats import GENESIS, OVERSIGHT, Leaf, lp, open_part, parse_leaf, signed_message
from crypto.verifier.matter import FORMS, TOPICS, Engagement, Event, Key, personal_stream
from crypto.verifier.refused import Refused

NAMESPACE: Final = UUID("6c1f5b0e-0d0a-5d55-9c37-6e3c1f2a7b41")
SERVICE, CELL = uuid5(NAMESPACE, "service").bytes, uuid5(NAMESPACE, "cell").bytes
LATEST: Final = 31 * 24 * 3600 * 1_000_000
"""How long after it is due an erasure may be on its way, unless there is a hold: the law's month."""

Named = list[tuple[bytes, bytes | None]]
"""The grants that an event's facts name, by key and slot; None for a slot that they don't name."""


class Record:
    """A bundle's record while its leaves pass by; what isn't right stands under ``found``, by step."""

    def __init__(self) -> None:
        self.found, self.checks = defaultdict[int, list[str]](list), defaultdict[int, int](int)
        self.streams: dict[bytes, tuple[int, int, bytes]] = {}  # version before the first leaf; last one, its hash
        self.public: dict[bytes, bytes] = {}
        self.engagements: dict[bytes, Engagement] = {}
        self.personal: dict[bytes, tuple[Engagement, dict[str, bytes]]] = {}
        self.keys: dict[bytes, Key] = {}
        self.pending = defaultdict[bytes, list[Key]](list)
        self.requests: dict[bytes, tuple[Event, set[bytes], int]] = {}
        self.erased: dict[bytes, tuple[Event, int, bytes, Any]] = {}
        self.gone: set[bytes] = set()
        self.epochs: dict[tuple[str, int], tuple[bytes, ...]] = {}
        self.disclosed: set[tuple[bytes, int, int]] = set()
        self.opened: list[tuple[int, tuple[bytes, int, int], Any]] = []
        self.stated: dict[int, tuple[Event, list[Any]]] = {}
        self.owed, self.owing = list[bytes](), 0  # the last leaf's grants that didn't come yet, and its index

    @contextmanager
    def step(self, number: int, index: int | None = None) -> Iterator[None]:
        """Count a check of a step, and put under it what it refuses; what can't be made sense of, it refuses, too."""
        self.checks[number] += 1
        try:
            yield
        except (Refused, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            reason = getattr(error, "reason", "something of an unknown form, or about nothing that is on record")
            self.found[number].append(reason if index is None else f"{reason} (leaf {index})")

    def leaf(self, index: int, raw: bytes, hashed: bytes) -> Leaf:
        """Read the next leaf, which must come right after the last one of its stream (5)."""
        leaf = parse_leaf(raw)
        begins = (0, 0, GENESIS) if leaf.version == 1 else (leaf.version - 1, leaf.version - 1, leaf.prev)
        first, version, last = self.streams.get(leaf.stream, begins)
        if leaf.version != version + 1 or leaf.prev != last:
            with self.step(5, index):
                raise Refused("a leaf that doesn't follow the one before it in its stream")
        self.streams[leaf.stream] = (first, leaf.version, hashed)
        self._settle_grants()
        self.owed, self.owing = leaf.granted(), index
        return leaf

    def facts(self, index: int, raw: bytes, leaf: Leaf, part_key: bytes, sealed: bytes) -> Named | None:
        """Open a leaf's facts (6), check its author (7), take in what happened; return the grants that they name.

        Of a stream that is shown in part nothing is taken in, and None returned: its rules can't be judged.
        """
        named: Named | None = []
        with self.step(6, index):
            match loads(open_part(leaf, 0, part_key, OVERSIGHT, sealed)):
                case [
                    1,
                    [str(topic), int(form), [*fields]],
                    leaf.time_us,
                    bytes(),
                    str(role),
                    bytes(by),
                    int(),
                    [*labels],
                ] if [one[1:] for one in labels] == [[key] for key in leaf.keys()[1:]] and 1 <= form <= FORMS.get(
                    topic, 1
                ):
                    event = Event(index, leaf, role, by)
                case _:
                    raise Refused("facts that contradict their leaf, or of another version")
            whole = self.streams[leaf.stream][0] == 0
            named = (self._take(event, topic, fields) or []) if whole else None
            if not topic.startswith("compartment."):
                self._settle(leaf.stream, topic)
            engagement, parties = self.parties(leaf.stream)
            with self.step(7, index):
                self.check_signature(by, signed_message(raw), leaf.signature)
                if parties.get(role, by) != by:
                    raise Refused("somebody acted in a role that is another's")
            with self.step(10, index):
                if named is not None and len(named) != len(leaf.granted()):
                    raise Refused("an event gives grants that its facts don't name")
                offered = [clause for _, clause, _ in engagement.versions[-1:] if topic == "contract.offered"]
                for item, key in labels if whole else ():
                    if self.keys[key].wanted not in [one.place(item) for one in (engagement.clause, *offered)]:
                        raise Refused("something was written under a key of another audience than the clause's")
        return named

    def grant(self, index: int, leaf: Leaf, named: Named | None, key: bytes, slot: bytes, sealed: bytes) -> None:
        """Check that a sealed grant is its leaf's, and for whom its facts say (8)."""
        with self.step(8, index):
            digest = leaf.grant(key, slot, sealed)
            if digest not in self.owed:
                raise Refused("a grant that isn't its leaf's, or a second time")
            self.owed.remove(digest)
            if named is not None and not {(key, slot), (key, None)}.intersection(named):
                raise Refused("a grant that its facts don't name")

    def part(self, index: int, leaf: Leaf, at: int, part_key: bytes, sealed: bytes) -> None:
        """Open a disclosed part with its own key (13)."""
        with self.step(13, index):
            key = self.keys.get(leaf.keys()[at] if 0 < at < len(leaf.keys()) else b"")
            if key is None:
                raise Refused("a part under a key that isn't on record")
            content = loads(open_part(leaf, at, part_key, key.label, sealed))
            self.opened.append((index, (leaf.stream, leaf.version, at), content))

    def parties(self, stream: bytes) -> tuple[Engagement, dict[str, bytes]]:
        """The engagement that a stream belongs to, and who its keys are for, by role."""
        if stream in self.engagements:
            return self.engagements[stream], self.engagements[stream].roles
        return self.personal.get(stream) or (Engagement(), {"P": stream} if stream in self.public else {})

    def close(self, claims: dict[str, Any], indices: list[int]) -> None:  # noqa: C901, PLR0912 - one question after another
        """Hold the streams against the heads that the log states (5), and judge what only shows at the end (11, 13)."""
        self._settle_grants()
        with self.step(5):
            if claims["stated_at"] not in self.stated:
                raise Refused("the log doesn't state what the bundle holds whole")
            event, (kind, about, begins, ends, first, end, heads, _) = self.stated[claims["stated_at"]]
            held = [{"stream": stream.hex(), "version": version} for stream, version, _ in heads]
            scope = {"kind": kind} | ({} if about is None else {"about": about.hex()})
            if begins is not None:
                scope |= {"from": rfc3339(begins), "to": rfc3339(ends), "first": first, "end": end}
            if (claims["scope"], claims["streams"]) != (scope, held):
                raise Refused("the bundle claims something else than the log states")
            if about is not None and about not in {stream for stream, _, _ in heads}:
                raise Refused("the log states nothing of what the bundle is about")
            if end is not None and indices[bisect_left(indices, first) :][: end - first] != [*range(first, end)]:
                raise Refused("leaves of the period are missing")
            for stream, version, last in heads:
                with self.step(5):
                    if self.streams.get(stream) != (0, version, last):
                        raise Refused(f"stream {UUID(bytes=stream)} isn't whole, up to the head that the log states")
            for stream in [stream for stream, keys in self.pending.items() if keys]:
                self._settle(stream, "")
            for asked, slots, due in self.requests.values():
                with self.step(11, asked.index):
                    if slots and event.leaf.time_us - due > LATEST and not self.parties(asked.leaf.stream)[0].holds:
                        raise Refused("an erasure is overdue and has no receipt")
        for erased, epoch, head, page in self.erased.values():
            with self.step(11, erased.index):
                heads = self.epochs.get(("rekeyed", epoch), ())
                if heads[:1] != (head,) or page not in (None, *heads) or ("destroyed", epoch) not in self.epochs:
                    raise Refused("an erasure that its epoch doesn't bear out, in tombstones or its root's end")
        for index, place, _ in self.opened:
            with self.step(13, index):
                if place not in self.disclosed:
                    raise Refused("a part is opened that wasn't disclosed on record")

    def check_signature(self, principal: bytes, message: bytes, signature: bytes) -> None:
        """Refuse a signature that doesn't fit the key with which a principal was registered."""
        if principal not in self.public:
            raise Refused("somebody acted who isn't registered in the bundle")
        try:
            Ed25519PublicKey.from_public_bytes(self.public[principal]).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise Refused("a signature isn't that of whoever acted") from None

    def _take(self, event: Event, topic: str, fields: list[Any]) -> Named | None:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one flat case per topic
        """Take in what happened; return the grants that the facts name, if any."""
        stream, now, oversight = event.leaf.stream, event.leaf.time_us, event.leaf.keys()[0]
        if topic.startswith("practice.") and stream not in self.personal:
            if stream != uuid5(UUID(bytes=event.by), "practice").bytes:
                raise Refused("a practice in which somebody else acted")
            self.personal[stream] = (Engagement(), {"C": event.by})
        match topic, fields:
            case "cell.founded", [_, signing, [_, slot]]:
                self._register(SERVICE, signing, stream == CELL)
                return [(SERVICE, slot), (oversight, None)]
            case ("person.registered", [_, signing, [who, slot]]) | (
                "organisation.registered",
                [_, _, signing, [who, slot]],
            ):
                self._register(who, signing, stream == who)
                return [(who, slot)]
            case "overseer.appointed", [_, _, [_, slot]]:
                return [(oversight, slot)]
            case "engagement.requested", [organisation, _, manager, coachee, _, *_]:
                self.engagements[stream] = Engagement({"O": organisation, "M": manager})
                self._fill(stream, "E", coachee)
            case "programme.started", [organisation, *_]:
                self.personal[stream] = (Engagement(), {"O": organisation})
            case "practice.supervision_place_registered", [_, who, _]:
                self.personal[stream][1].update({} if who is None else {"S": who})
            case "practice.supervision_place_left", _:
                self.personal[stream][1].pop("S", None)
            case "coach.chosen", [coach, _]:
                self._fill(stream, "C", coach)
            case "party.replaced", [role, who]:
                engagement = self.engagements[stream]
                engagement.left[engagement.roles[role]] = (now, engagement.clause.retention)
                self._fill(stream, role, who)
            case "team_member.admitted", [who]:
                self.engagements[stream].team.add(who)
                self.personal[personal_stream(stream, "diary", who)] = (self.engagements[stream], {"E": who})
            case "team_member.left", [who]:
                self.engagements[stream].team.discard(who)
            case "engagement.ended", _:
                self.engagements[stream].over = now
            case "hold.placed", [hold, _, escrow]:
                self.engagements[stream].holds[hold] = escrow
            case "hold.lifted", [hold]:
                del self.engagements[stream].holds[hold]
            case "contract.drafted", [number, document, *_, permits, retention, follow_up, _, exceptions]:
                if number != len(self.engagements[stream].versions) + 1:
                    raise Refused("a contract's version is missing")
                clause = Clause(dict(permits), retention, follow_up, tuple(exceptions))
                self.engagements[stream].versions.append((document, clause, {}))
            case "contract.signed", [number, document, role, signature]:
                drafted, _, signed = self.engagements[stream].versions[number - 1]
                with self.step(9, event.index):
                    self.check_signature(event.by, lp(b"driehoek/contract-signature/v1", document), signature)
                    if (role, document) != (event.role, drafted):
                        raise Refused("a contract was signed as somebody else, or on another hash")
                    signed[role] = event.by
            case "contract.activated", [number]:
                engagement = self.engagements[stream]
                _, engagement.clause, signed = engagement.versions[number - 1]
                with self.step(9, event.index):
                    if signed.keys() != set("OMCE") or signed != engagement.roles:
                        raise Refused("a contract is in force that not all four have signed on one hash")
            case "permission.withdrawn", [item]:
                engagement = self.engagements[stream]
                for clause in (engagement.clause, *(one for _, one, _ in engagement.versions[-1:])):
                    clause.permits.pop(item, None)
            case "compartment.opened", [key, name, lifetimes, generation, to, item] if key not in self.keys:
                slots = {slot: (role, who) for role, (who, slot) in to}
                self.keys[key] = Key(event, (name, dict(lifetimes), item), generation, slots)
                self.pending[stream].append(self.keys[key])
                return [(key, slot) for slot in slots]
            case "compartment.shared", [key, role, [who, slot]]:
                self._check_shared(event, self.keys[key], role, who)
                self.keys[key].slots[slot] = (role, who)
                return [(key, slot)]
            case "part.disclosed", [disclosure, version, index, key, _, [who, slot], ground, until]:
                self.disclosed.add((stream, version, index))
                self._check_disclosed(event, self.keys[key], who, ground, until)
                return [(disclosure, slot)]
            case "erasure.requested", [erasure, _, grants, due]:
                self.requests[erasure] = (event, {slot for _, _, slot in grants}, due)
            case "erasure.cancelled", [erasure]:
                del self.requests[erasure]
            case "keys.erased", [erasure, epoch, head, page, slots]:
                _, asked, due = self.requests.pop(erasure)
                self.erased[erasure] = (event, epoch, head, page)
                self.gone.update(slots)
                with self.step(11, event.index):
                    if asked != set(slots) or now < due:
                        raise Refused("something else was erased than was to be, or sooner")
            case "tree.rekeyed", [epoch, _, _, head, page]:
                self.epochs["rekeyed", epoch] = (head, page)
            case "root.destroyed", [epoch]:
                self.epochs["destroyed", epoch] = ()
            case "evidence.exported", [*fields]:
                self.stated[event.index] = (event, fields)
            case _ if f" {topic} " in TOPICS:
                raise Refused("facts of an unknown form")
        return None

    def _settle_grants(self) -> None:
        if self.owed:
            with self.step(8, self.owing):
                raise Refused("a grant of the leaf is missing")

    def _register(self, who: bytes, signing: bytes, own: bool) -> None:
        if who in self.public or not own:
            raise Refused("somebody was registered twice, or by somebody else")
        self.public[who] = signing

    def _fill(self, stream: bytes, role: str, who: bytes) -> None:
        """Somebody is in a role; a coach has a notebook and the coachee a journal of their own."""
        self.engagements[stream].roles[role] = who
        name = "notebook" if role == "C" else "diary"
        self.personal[personal_stream(stream, name, who)] = (self.engagements[stream], {role: who})

    def _check_shared(self, event: Event, key: Key, role: str, who: bytes) -> None:
        """A key may be shared with who is in a role of its audience, or with escrow while there is a hold."""
        engagement, parties = self.parties(event.leaf.stream)
        with self.step(10, event.index):
            held = who in engagement.holds.values() and parties.keys() != {"E"}  # never of the coachee's journal
            fits = held if role == "X" else role in key.wanted[1] and parties.get(role) == who
            fits = fits or engagement.reads_as(role, who, key.wanted[0])
            if not fits or key.opened.leaf.stream != event.leaf.stream:
                raise Refused("a key was shared with somebody who isn't of its audience")
        with self.step(11, event.index):
            if self.gone.issuperset(key.slots):
                raise Refused("a key was shared that was erased for everybody")

    def _check_disclosed(self, event: Event, key: Key, who: bytes, ground: str, until: int) -> None:
        """A part may be disclosed by who can read it, on a ground that the clause gives, for a time."""
        engagement, _ = self.parties(event.leaf.stream)
        with self.step(10, event.index):
            answer = ("access_request",) if who == engagement.roles["E"] else engagement.clause.exceptions
            if ground not in (("coachee_consent",) if event.role == "E" else answer):
                raise Refused("a part was disclosed on a ground that the clause doesn't give")
        with self.step(11, event.index):
            held = {slot for slot, holder in key.slots.items() if holder == (event.role, event.by)} - self.gone
            if until <= event.leaf.time_us or not held.difference(*(slots for _, slots, _ in self.requests.values())):
                raise Refused("a part was disclosed for no time, or by somebody who couldn't read it any more")

    def _settle(self, stream: bytes, topic: str) -> None:
        """Judge the keys that were opened for an event, now that it is known which (10, 11)."""
        (engagement, parties), waiting = self.parties(stream), list[Key]()
        for key in self.pending[stream]:
            lifetimes = key.wanted[1]
            with self.step(10, key.opened.index):
                if any(
                    not (
                        (role in lifetimes and parties.get(role) == who)
                        or engagement.reads_as(role, who, key.wanted[0])
                    )
                    for role, who in key.slots.values()
                ):
                    raise Refused("a key was granted to somebody who isn't of its audience")
                if not engagement.clause.gives(key.wanted):
                    # With the second assent a version is offered, under its own clause, right after it.
                    if topic == "contract.assented":
                        waiting.append(key)
                        continue
                    offered = [clause for _, clause, _ in engagement.versions[-1:] if topic == "contract.offered"]
                    if not any(clause.gives(key.wanted) for clause in offered):
                        raise Refused("a key was granted that the clause in force doesn't give")
            for role, who in key.slots.values():
                with self.step(11, key.opened.index):
                    over = engagement.left.get(who, (engagement.over, None))
                    end = engagement.clause.end(lifetimes.get(role, ""), *over)
                    if end is not None and end < key.opened.leaf.time_us:
                        raise Refused("a key was granted to somebody whose time was over")
        self.pending[stream] = waiting
