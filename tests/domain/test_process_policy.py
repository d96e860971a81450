"""The process policy: published version by version, pinned by contracts, and judged by for good."""

import dataclasses
from dataclasses import replace

import pytest

from domain.adherence.catalogue import RULES
from domain.adherence.findings import Severity
from domain.adherence.parameters import FIRST, RANGES, Parameters
from domain.adherence.publication import NAMES, PublishPolicy
from domain.adherence.refusals import BROKEN_RULE
from domain.contract import DraftContract
from domain.document import ContractDocument
from domain.errors import CATALOGUE, Invalid
from domain.principals import CELL_ID, SERVICE_ID
from domain.reporting import StateVoice
from domain.vocabulary import Role, RuleId
from projections.adherence import judging
from tests.stage import Stage, document

M, S = Role.LINE_MANAGER, Role.COACHING_SUPERVISOR


def publish(stage: Stage, **parameters: int) -> None:
    """The operator publishes the next version."""
    stage.service.write_side.execute(CELL_ID, PublishPolicy(parameters), stage.request(SERVICE_ID))


def draft(stage: Stage, text: ContractDocument) -> tuple[int, int]:
    """What a draft pins: the policy's version, and how many people a statistic is about."""
    stage.act(M, DraftContract(text))
    version = stage.state().contract.current
    assert version is not None
    return version.drafted.policy, version.drafted.aggregate_k


def test_every_parameter_has_a_range_that_the_first_policy_is_in() -> None:
    """No parameter is without bounds, and what holds at first is within them."""
    assert set(NAMES) == RANGES.keys() == {field.name for field in dataclasses.fields(Parameters)} - {"version"}
    assert all(getattr(FIRST, name) in RANGES[name] for name in NAMES)


def test_what_is_published_is_added_to_what_was(stage: Stage) -> None:
    """Each version changes what it names and nothing else; those before stay what they were."""
    assert stage.service.write_side.policies() == {1: FIRST}
    publish(stage, voice_days=7)
    publish(stage, quadrants=3, drift_percent=0)
    second = replace(FIRST, version=2, voice_days=7)
    assert stage.service.write_side.policies() == {
        1: FIRST, 2: second, 3: replace(second, version=3, quadrants=3, drift_percent=0)
    }  # fmt: skip


def test_a_parameter_stays_in_its_range(stage: Stage) -> None:
    """One below the least and one above the most is refused; both ends are taken."""
    for name in NAMES:
        for outside in (RANGES[name].start - 1, RANGES[name].stop):
            with pytest.raises(Invalid) as refusal:
                publish(stage, **{name: outside})
            assert refusal.value.name == "parameter-out-of-range"
    assert stage.service.write_side.policies() == {1: FIRST}
    for ends in ({name: RANGES[name].start for name in NAMES}, {name: RANGES[name][-1] for name in NAMES}):
        publish(stage, **ends)
        published = stage.service.write_side.policies()
        assert {name: getattr(published[max(published)], name) for name in NAMES} == ends


@pytest.fixture
def coached(stage: Stage) -> Stage:
    """An engagement that waits for its contract."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    return stage


def test_a_contract_pins_the_newest_policy_when_it_is_drafted(coached: Stage) -> None:
    """Whatever a draft says of its policy; one that was drafted before stays with its own."""
    assert draft(coached, document()) == (1, FIRST.aggregate_people)
    publish(coached, aggregate_people=8)
    assert draft(coached, document(policy=1)) == (2, 8)
    assert draft(coached, document(aggregate_k=9)) == (2, 9)
    with pytest.raises(Invalid) as refusal:
        draft(coached, document(aggregate_k=7))
    assert refusal.value.name == "aggregate-too-small"


def test_a_contract_in_force_is_judged_by_the_policy_that_it_pins(coached: Stage) -> None:
    """The same thing is found late under the new policy by contracts that pin it, and not by those from before."""
    coached.act(Role.SPONSOR_ORGANISATION, StateVoice({"statement": "We worry."}))
    coached.put_contract_in_force()
    seen = coached.service.overseeing.see(coached.people[S], coached.engagement_id)
    second = replace(FIRST, version=2, voice_days=1)

    def results(published: dict[int, Parameters]) -> list[object]:
        return [(one.rule, one.result, one.deadline) for one in judging(published)(seen, coached.at)]

    assert results({1: FIRST, 2: second}) == results({1: FIRST})
    assert results({1: second}) != results({1: FIRST})  # the policy does decide


def test_every_refused_rule_has_a_refusal() -> None:
    """Each rule of severity B is kept by refusals that exist and name it; no other but P39 is."""
    kept = {rule.id for rule in BROKEN_RULE.values()}
    assert kept == {rule.id for rule in RULES.values() if rule.severity is Severity.REFUSED} | {RuleId.P39}
    for name, rule in BROKEN_RULE.items():
        assert rule.id.value in CATALOGUE[name].texts[name]
