"""The adherence rules as the code judges them, with the parameters of the newest policy."""

import inspect
import re
from pathlib import Path
from typing import Final

from domain.adherence.catalogue import RULES, Rule
from domain.adherence.parameters import FIRST, RANGES
from domain.adherence.publication import NAMES

_HEAD: Final = """\
# The rules of the process

Made by `make reference` from the code; don't edit. Each rule is judged from facts alone: *met*, *violated*, *not due*,
*waived* or *not computable*. What is *refused* can't happen at all: the command that would break it isn't carried out.
Everything but *refused* and *critical* can be waived by coach or coachee. What keeps and shows each rule stands in the
[requirements](requirements.md).

| Id | Phrase | Severity | Rule |
|---|---|---|---|
"""

_PINNED: Final = """\
What holds until `driehoek policy publish` publishes another version. A contract pins the newest version when it is
drafted, and is judged by it for good."""

_OPENING: Final = re.compile(r"^P[0-9]+\b[^:]*: ")


def page(_root: Path) -> str:
    """The whole page, in Markdown."""
    rows = "\n".join(_row(rule) for rule in RULES.values())
    return f"{_HEAD}{rows}\n\n{_parameters()}\n"


def _row(rule: Rule) -> str:
    told = " ".join(inspect.cleandoc(rule.check.__doc__ or "").split("\n\n")[0].split())
    return f"| {rule.id.value} | {rule.phrase} | {rule.severity.value} | {_OPENING.sub('', told)} |"


def _parameters() -> str:
    lines = [f"## Policy {FIRST.version}", "", *_PINNED.splitlines(), "", "| Parameter | Value | At least | At most |"]
    lines += ["|---|---|---|---|"]
    lines += [
        f"| `{name}` | {getattr(FIRST, name)} | {of.start} | {of[-1]} |" for name in NAMES for of in [RANGES[name]]
    ]
    return "\n".join(lines)
