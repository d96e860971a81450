"""Publishing a version of the policy: a fact in the cell's own stream, for contracts drafted from then on.

Contracts that are in force keep the version that they pin. A published version is never changed and never withdrawn:
what was agreed by it is judged by it for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from domain.adherence.parameters import RANGES, Parameters, newest
from domain.decisions import Command, Context, decides
from domain.errors import Invalid
from domain.events import Happening, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import Cell
from domain.vocabulary import Role

NAMES: Final = tuple(field.name for field in fields(Parameters) if field.name != "version")
"""The parameters' names, in the order in which they are stored."""


@fact("policy.published")
class PolicyPublished(Fact):
    """The operator published the process policy's next version; contracts that are drafted from now on pin it."""

    policy: Parameters


@Cell.evolves(PolicyPublished)
def _published(cell: Cell, happened: PolicyPublished, _: RecordedEvent) -> None:
    cell.policies[happened.policy.version] = happened.policy


@dataclass(frozen=True, repr=False)
class PublishPolicy(Command):
    """The operator publishes the policy's next version; what ``parameters`` doesn't name stays as it was."""

    parameters: Mapping[str, int]


@decides(Cell, PublishPolicy)
def _publish(cell: Cell, command: PublishPolicy, context: Context) -> list[Happening]:
    context.only({Role.SERVICE})
    if command.parameters.keys() - set(NAMES):
        raise Invalid("unknown-parameter")
    if any(value not in RANGES[name] for name, value in command.parameters.items()):
        raise Invalid("parameter-out-of-range")
    before = newest(cell.policies)
    published = replace(before, **command.parameters)
    if published == before:
        raise Invalid("policy-unchanged")
    return [Happening(PolicyPublished(policy=replace(published, version=before.version + 1)))]
