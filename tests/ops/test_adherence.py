"""What the operator is told of findings: numbers by rule and result, and nothing that tells engagements apart."""

import re

from domain.adherence.catalogue import RULES
from domain.adherence.findings import Result
from domain.vocabulary import Role
from ops.adherence import all_findings
from projections.adherence import by_rule, counts, judging
from tests.ops.conftest import Played
from tests.stage import Stage, tell

S = Role.COACHING_SUPERVISOR


def test_the_whole_cell_is_counted(stage: Stage) -> None:
    """Findings of every engagement together, as the supervisor finds them one by one; also before views caught up."""
    other = Stage(stage.service, salt="other")
    other.introduce()
    other.request_engagement()
    tell(stage)
    judge = judging(stage.service.write_side.policies())
    found = list(all_findings(stage.service, stage.at, judge))
    seen = [stage.service.overseeing.see(stage.people[S], one.engagement_id) for one in (other, stage)]
    assert counts(found) == counts([one for each in seen for one in judge(each, stage.at)])
    assert len(found) == 2 * len(RULES)


def test_the_command_tells_numbers_alone(played: Played) -> None:
    """Every rule with how many findings have which result, for programs and for people; no id and no pseudonym."""
    told = played.answer("adherence")
    assert list(told["rules"]) == [rule.value for rule in RULES]
    for of in told["rules"].values():
        assert of.keys() == {result.value for result in Result}
        assert sum(of.values()) == 1
    printed = played.run("adherence").stdout
    assert [line.split(" ")[0] for line in printed.splitlines()] == list(told["rules"])
    assert not re.search(r"[0-9a-f]{8}", printed)
    assert by_rule([]).keys() == RULES.keys()
