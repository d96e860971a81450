"""P31, P35 to P39: the manager's commitments, the end, what comes after it, secrecy and disclosures."""

from datetime import datetime, timedelta

from domain.access import AccessRequested
from domain.adherence.contracts import end_of_day
from domain.adherence.findings import Cure, Result, Task, Verdict, met, not_computable, not_due, on_time, told, violated
from domain.adherence.history import History, Source
from domain.adherence.parameters import Parameters
from domain.commitments import CommitmentKept, CommitmentReassigned
from domain.contract import ContractActivated
from domain.dealings import DealingDeclared
from domain.disposal import add_months
from domain.endings import ErasureCancelled, ErasureRequested, KeysErased, PartDisclosed
from domain.events import RecordedEvent
from domain.holds import HoldLifted, HoldPlaced
from domain.reads import Purpose, ReadRecorded
from domain.reporting import FollowUpRecorded, FollowUpWaived
from domain.results import ClosureRequested, ObjectiveMet
from domain.vocabulary import DisclosureGround, Role


def p31(h: History, _: Parameters, now: datetime) -> Verdict:
    """P31 "af te schuiven op de coach": the manager keeps commitments in time, and hands none to the coach."""
    handed = [one for one in h.of(CommitmentReassigned) if told(one).to is Role.COACH]
    if handed:
        return violated(*handed, cure=Cure.AMEND_CONTRACT)
    if h.contract is None:
        return not_due()
    activation = h.activations[-1]
    kept = {told(one).commitment: one for one in h.of(CommitmentKept) if h.before(activation, one)}
    tasks = [
        Task(activation, end_of_day(terms.due_on, activation), kept.get(number))
        for number, terms in enumerate(h.contract.demands_on_manager, start=1)
        if terms.due_on is not None
    ]
    return on_time(tasks, Cure.KEEP_COMMITMENT, h.until(now)) if tasks else met(activation)


def p35(h: History, _: Parameters, __: datetime) -> Verdict:
    """P35 "zodra die verbintenis vervuld is": after all objectives are met no session without closure or renewal."""
    if h.contract is None:
        return not_due()
    activation = h.activations[-1]
    reached: dict[int, RecordedEvent] = {}
    for one in h.of(ObjectiveMet):
        if h.before(activation, one):
            reached.setdefault(told(one).objective, one)
    if not reached or len(reached) < len(h.contract.objectives):
        return not_due()
    fulfilled = max(reached.values(), key=h.place)
    following = h.next_start(fulfilled)
    asked = next((one for one in h.of(ClosureRequested, ContractActivated) if h.before(fulfilled, one)), None)
    if asked is not None and h.before(asked, following):
        return met(fulfilled, asked)
    if following is not None:
        return violated(fulfilled, following, cure=Cure.REQUEST_CLOSURE if asked is None else None)
    return met(fulfilled, h.ended) if h.ended else not_due(fulfilled, cure=Cure.REQUEST_CLOSURE)


def p36(h: History, p: Parameters, now: datetime) -> Verdict:
    """P36 "handhaving... beroepsgeheim": what is due is erased and proved, and nothing is shown that has expired."""
    if Source.READS not in h.sources:
        return not_computable()
    proofs = {told(one).erasure_id: one for one in h.of(KeysErased)}
    gone = {told(one).erasure_id for one in h.of(ErasureCancelled)}
    held = len(h.of(HoldPlaced)) > len(h.of(HoldLifted))
    tasks = [
        Task(one, told(one).due_at + timedelta(days=p.proof_days), proofs.get(told(one).erasure_id))
        for one in h.of(ErasureRequested)
        if told(one).grants and told(one).erasure_id not in gone and not (held and told(one).erasure_id not in proofs)
    ]
    late = [read for one in h.of(PartDisclosed) for read in _read_late(h, one)]
    if late:
        return violated(*late)
    return _of_engagement(h, tasks, now)


def _of_engagement(h: History, tasks: list[Task], now: datetime) -> Verdict:
    """About all erasures; as long as none is late, of the engagement's own alone: others tell of notes or a journal."""
    verdict = on_time(tasks, Cure.PROVE_REVOCATION, now)
    if verdict.result is Result.VIOLATED:
        return verdict
    return on_time([one for one in tasks if one.asked.originator_id == h.engagement], Cure.PROVE_REVOCATION, now)


def _read_late(h: History, disclosed: RecordedEvent) -> list[RecordedEvent]:
    shown = told(disclosed)
    return [
        one
        for one in h.of(ReadRecorded)
        if told(one).purpose is Purpose.DISCLOSURE
        and told(one).principal == shown.recipient.principal
        and one.timestamp >= shown.expires_at
        and any(
            place.stream == disclosed.originator_id and place.first <= shown.event_version <= place.last
            for place in told(one).places
        )
    ]


def p37(h: History, p: Parameters, now: datetime) -> Verdict:
    """P37 "eender welke exploitatie": what coach and parties begin anew in the cooling period is declared."""
    if Source.LATER not in h.sources:
        return not_computable()
    if h.ended is None:
        return not_due()
    over = add_months(h.ended.timestamp, p.cooling_months)
    later = [one for one in h.later if h.ended.timestamp <= one.requested_at < over]
    declared = h.of(DealingDeclared)
    tasks = [
        Task(h.ended, begun.requested_at + timedelta(days=p.dealing_days), declaration)
        for begun, declaration in zip(later, [*declared, *[None] * len(later)], strict=False)
    ]
    if not tasks:
        return met(h.ended) if now >= over else not_due(h.ended, deadline=over)
    return on_time(tasks, Cure.DECLARE_DEALING, now)


def p38(h: History, _: Parameters, now: datetime) -> Verdict:
    """P38 "follow-up indien nodig": an agreed follow-up is held, or the coachee waived it."""
    if h.contract is None or not h.contract.follow_up_agreed or h.ended is None:
        return not_due()
    done = h.first(FollowUpRecorded, FollowUpWaived)
    deadline = add_months(h.ended.timestamp, h.contract.follow_up_months)
    return on_time([Task(h.ended, deadline, done)], Cure.HOLD_FOLLOW_UP, now)


def p39(h: History, _: Parameters, __: datetime) -> Verdict:
    """P39 "strikt beroepsgeheim": every disclosure's ground is the clause, a request, or the coachee's consent.

    That all of them are founded is said where something of the engagement itself was disclosed: of notes and the
    journal supervisors don't learn that there are any.
    """
    disclosed = h.of(PartDisclosed)
    bad = [one for one in disclosed if not _founded(h, one)]
    if bad:
        return violated(*bad)
    own = [one for one in disclosed if one.originator_id == h.engagement]
    return met(*own) if own else not_due()


def _founded(h: History, disclosed: RecordedEvent) -> bool:
    ground = told(disclosed).ground
    if ground is DisclosureGround.COACHEE_CONSENT:
        return disclosed.role is Role.COACHEE
    if ground is DisclosureGround.ACCESS_REQUEST:
        return any(h.before(one, disclosed) for one in h.of(AccessRequested))
    terms = h.terms_at(disclosed)
    return terms is not None and ground in terms.exceptions
