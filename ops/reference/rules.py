"""The adherence rules as the code judges them, with the parameters of the newest policy."""

import dataclasses
import inspect
import re
from pathlib import Path
from typing import Final

from domain.adherence.catalogue import RULES, Rule
from domain.adherence.parameters import POLICIES

_HEAD: Final = """\
# The rules of the process

Made by `make reference` from the code; don't edit. Each rule is judged from facts alone: *met*, *violated*, *not due*,
*waived* or *not computable*. What is *refused* can't happen at all: the command that would break it isn't carried out.
Everything but *refused* and *critical* can be waived by coach or coachee. What keeps and shows each rule stands in the
[requirements](requirements.md).

| Id | Phrase | Severity | Rule |
|---|---|---|---|
"""

_OPENING: Final = re.compile(r"^P[0-9]+\b[^:]*: ")


def page(_root: Path) -> str:
    """The whole page, in Markdown."""
    rows = "\n".join(_row(rule) for rule in RULES.values())
    return f"{_HEAD}{rows}\n\n{_parameters()}\n"


def _row(rule: Rule) -> str:
    told = " ".join(inspect.cleandoc(rule.check.__doc__ or "").split("\n\n")[0].split())
    return f"| {rule.id.value} | {rule.phrase} | {rule.severity.value} | {_OPENING.sub('', told)} |"


def _parameters() -> str:
    newest = POLICIES[max(POLICIES)]
    lines = [f"## Policy {newest.version}", "", "A contract pins the version that it is signed under.", ""]
    lines += ["| Parameter | Value |", "|---|---|"]
    lines += [
        f"| `{field.name}` | {getattr(newest, field.name)} |"
        for field in dataclasses.fields(newest)
        if field.name != "version"
    ]
    return "\n".join(lines)
