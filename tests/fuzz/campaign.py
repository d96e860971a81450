"""Runs a campaign: made-up requests to every operation by every kind of caller, each answer held to the description.

A case is made by schemathesis out of the description (its boundary values, and values at random, right and wrong), then
aimed: its caller, the engagement it is about, real ids, a version and a fresh Idempotency-Key are put where the case
has something right, so that it gets past the first refusals. What is wrong on purpose is left as it was made.

Everything is drawn from the seed, the operation and the case's number; only times and ids of the play differ between
two runs.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import hypothesis
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok

from api import description
from ops.demo.player import VIEWS
from tests.fuzz.callers import CALLERS, NOBODY, Played, World
from tests.fuzz.checks import CONFIGURATION, Told, remaining

_STALE: Final = 412
_PATIENCE: Final = 60
_FRESH: Final = 0.9
"""How often a case that could be right is made to be."""


@dataclass(frozen=True)
class Finding:
    """A failure: where it is seen, not what was sent. The same seed and number give the same case."""

    operation: str
    number: int
    caller: str
    mode: str
    check: str
    status: int
    problem: str


@dataclass
class Report:
    """What a campaign did."""

    seed: int
    cases: int = 0
    operations: int = 0
    seconds: float = 0.0
    callers: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as one object."""
        return {
            "seed": self.seed,
            "cases": self.cases,
            "operations": self.operations,
            "seconds": round(self.seconds, 1),
            "callers": dict(sorted(self.callers.items())),
            "statuses": {str(status): number for status, number in sorted(self.statuses.items())},
            "failures": [vars(finding) for finding in self.findings],
        }


class Campaign:
    """A campaign against one world.

    Args:
        world: the server and what was played on it.
        seed: what everything is drawn from.
        only: labels (``GET /v1/…``) of the operations that are asked; all by default.
        keep: a folder that gets each failing request, made-up texts and all, to look into it by hand.
        told: the description, if it isn't the committed one.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        only: Sequence[str] = (),
        keep: Path | None = None,
        told: dict[str, Any] | None = None,
    ) -> None:
        described = told or json.loads(description.FILE.read_text(encoding="utf-8"))
        config = SchemathesisConfig.from_dict({**CONFIGURATION, "base-url": world.url})
        self._schema = schemathesis.openapi.from_dict(described, config=config)
        found = [result.ok() for result in self._schema.get_all_operations() if isinstance(result, Ok)]
        self.operations = [one for one in found if not only or one.label in only]
        self._world, self._keep, self._session = world, keep, requests.Session()
        self.report = Report(seed, operations=len(self.operations))

    def run(self, cases: int, advance: Callable[[], None] = lambda: None) -> Report:
        """Send at least this many cases, spread over all operations; ``advance`` is called after each."""
        began = time.monotonic()
        each = -(-cases // len(self.operations))
        for operation in self.operations:
            numbers = count(1)

            def send(case: Case[Any], numbers: Iterator[int] = numbers) -> None:
                self._send(case, next(numbers))
                advance()

            self._boundaries(operation, each // 3, send)
            self._at_random(operation, GenerationMode.NEGATIVE, each // 6, send)
            # The rest, so that an operation with few boundaries, or with nothing to be wrong, has as many cases.
            self._at_random(operation, GenerationMode.POSITIVE, each - next(numbers) + 1, send)
        self.report.seconds = time.monotonic() - began
        return self.report

    def _boundaries(self, operation: Any, most: int, send: Callable[[Case[Any]], None]) -> None:
        draw = random.Random(f"{self.report.seed} {operation.label}")  # noqa: S311 - a test's choice, repeatable
        made = self._schema.iter_coverage_cases(
            operation, generation_modes=list(GenerationMode), generation_config=self._schema.config.generation
        )
        cases = list(islice(made, 2_000))
        for case in draw.sample(cases, min(most, len(cases))):
            send(case)

    def _at_random(self, operation: Any, mode: GenerationMode, most: int, send: Callable[[Case[Any]], None]) -> None:
        @hypothesis.seed(self.report.seed)
        @hypothesis.settings(
            max_examples=most, database=None, deadline=None, phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck), verbosity=hypothesis.Verbosity.quiet,
        )  # fmt: skip
        @hypothesis.given(operation.as_strategy(generation_mode=mode), st.integers(0, 2**32))
        def each(case: Case[Any], _: int) -> None:
            send(case)

        try:
            each()
        except (hypothesis.errors.Unsatisfiable, schemathesis.errors.SchemathesisError):
            return  # nothing can be wrong about an operation that takes nothing

    def _send(self, case: Case[Any], number: int) -> None:
        label = case.operation.label
        draw = random.Random(f"{self.report.seed} {label} {number}")  # noqa: S311 - as above
        caller, played = draw.choice(CALLERS), draw.choice(self._world.plays)
        mode = case.meta.generation.mode.value if case.meta else ""
        headers = {} if caller == NOBODY else {"Authorization": f"Bearer {played.tokens[caller]}"}
        _aim(case, caller, played, draw)
        response = case.call(base_url=self._world.url, session=self._session, headers=headers, timeout=_PATIENCE)
        self.report.cases += 1
        self.report.callers[caller] += 1
        self.report.statuses[response.status_code] += 1
        self._learn(case, caller, played, response)
        try:
            case.validate_response(
                response, headers=headers, transport_kwargs={"session": self._session, "headers": headers}
            )
        except FailureGroup as group:
            found = list(group.exceptions)
        except Failure as one:
            found = [one]
        else:
            return
        told = Told.by(response.status_code, response.content)
        for failure in remaining(found, case, told):
            self.report.findings.append(
                Finding(label, number, caller, mode, type(failure).__name__, told.status, told.problem)
            )
            if self._keep is not None:
                modes = (
                    {place.value: one.mode.value for place, one in case.meta.components.items()} if case.meta else {}
                )
                sent = f"{caller} {modes}\n{failure}\n{case.as_curl_command(headers=headers)}\n"
                (self._keep / f"{len(self.report.findings)}.txt").write_text(sent, encoding="utf-8", errors="replace")

    def _learn(self, case: Case[Any], caller: str, played: Played, response: Any) -> None:
        """A party's version moves with what it does, and with what others do in its sight."""
        if caller not in played.versions or case.method not in {"POST", "PUT"}:
            return
        tag = next(iter(response.headers.get("etag") or []), "")
        if response.status_code == _STALE:
            view = f"/v1/views/{VIEWS[caller]}/engagements/{played.ids['engagement_id'][0]}"
            headers = {"Authorization": f"Bearer {played.tokens[caller]}"}
            now = self._session.get(self._world.url + view, headers=headers, timeout=_PATIENCE)
            tag = f'"{now.json()["version"]}"' if now.ok else ""
        if tag.startswith('"v'):
            played.versions[caller] = int(tag[2:-1])


def _aim(case: Case[Any], caller: str, played: Played, draw: random.Random) -> None:
    """Put what is real where the case has something right."""
    made = case.meta.components if case.meta else {}

    def right(place: ParameterLocation) -> bool:
        return place in made and made[place].mode.is_positive

    if right(ParameterLocation.PATH):
        for name in case.path_parameters:
            if (values := played.ids.get(name)) and draw.random() < _FRESH:
                case.path_parameters[name] = draw.choice(values)
    if right(ParameterLocation.HEADER):
        if "Idempotency-Key" in case.headers and draw.random() < _FRESH:
            case.headers["Idempotency-Key"] = f"{draw.getrandbits(64):x}"
        if "If-Match" in case.headers and caller in played.versions and draw.random() < _FRESH:
            case.headers["If-Match"] = f'"v{played.versions[caller]}"'
    if right(ParameterLocation.BODY):
        case.body = _named(case.body, played.named, draw)


def _named(value: Any, named: dict[str, Any], draw: random.Random) -> Any:
    if isinstance(value, dict):
        return {
            name: draw.choice(named[name])
            if named.get(name) and member is not None and draw.random() < _FRESH
            else _named(member, named, draw)
            for name, member in value.items()
        }
    return [_named(member, named, draw) for member in value] if isinstance(value, list) else value
