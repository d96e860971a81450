"""A machine's clock that runs ahead: nothing is erased that isn't due by the database's clock as well."""

from datetime import timedelta

from domain.disposal import accesses
from domain.vocabulary import Lifetime, Role
from ops.clock import now
from ops.erasure.eraser import Eraser
from ops.worker import Erasing
from tests.stage import C, O, Stage, tell

YEARS = timedelta(days=3_650)


def _living(stage: Stage, role: Role, lifetime: Lifetime) -> int:
    state = stage.state()
    held = [one for one in accesses(state, state.terms) if (one.role, one.lifetime) == (role, lifetime)]
    return sum(1 for one in held if not one.erased)


def test_one_clock_that_runs_ahead_erases_nothing_early(stage: Stage) -> None:
    """What is due goes; what the coach keeps for years stays, and goes when both clocks say so."""
    tell(stage)
    stage.advance()
    kept = _living(stage, C, Lifetime.RETENTION)
    assert _living(stage, O, Lifetime.UNTIL_CLOSURE) > 0
    Erasing(stage.service, lambda: now() + YEARS).turn()
    assert _living(stage, O, Lifetime.UNTIL_CLOSURE) == 0
    assert _living(stage, C, Lifetime.RETENTION) == kept > 0
    Eraser(stage.service).run(now() + YEARS)
    assert _living(stage, C, Lifetime.RETENTION) == 0
