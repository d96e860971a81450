"""The confidentiality matrix as the code holds it: each item, who reads it and until when, and the compartments."""

from pathlib import Path
from typing import Final

from domain.clause import CHOICES, MATRIX
from domain.vocabulary import AUDIENCES, PARTIES, Compartment, Item, Role

_READERS: Final = (*PARTIES, Role.COACHING_SUPERVISOR)

_HEAD: Final = """\
# The confidentiality matrix

Made by `make reference` from the code; don't edit. Each cell says until when that reader may read the item: *closure*,
until the engagement ends; *retention* and *follow_up*, for the clause's months after that; *kept*, for good. *K*: only
if the signed clause permits. –: never. What a row means and which requirements it comes from: [the method](method.md).

Parties: **O** sponsor organisation, **M** line manager, **C** coach, **E** coachee; **S** the coach's supervisor.
Whoever else has something in a row is named in the last column. Supervisors and auditors read facts, as far as they
are meant for them, of every row.
"""


def page(_root: Path) -> str:
    """The whole page, in Markdown."""
    return f"{_HEAD}\n{_items()}\n\n{_permits()}\n\n{_compartments()}\n"


def _items() -> str:
    lines = ["| Item | " + " | ".join(role.value for role in _READERS) + " | others |", "|---" * 7 + "|"]
    for item, row in MATRIX.items():
        cells = [_cell(item, role) for role in _READERS]
        others = ", ".join(f"{role.word}: {until.value}" for role, until in row.always.items() if role not in _READERS)
        lines.append(f"| `{item.value}` | {' | '.join(cells)} | {others or '–'} |")
    return "\n".join(lines)


def _cell(item: Item, role: Role) -> str:
    row = MATRIX[item]
    if role in row.always:
        return row.always[role].value
    return f"*K* {row.if_permitted[role].value}" if role in row.if_permitted else "–"


def _permits() -> str:
    lines = ["## What a clause may permit", "", "| Item | to |", "|---|---|"]
    lines += [f"| `{item.value}` | {_letters(frozenset(MATRIX[item].if_permitted))} |" for item in CHOICES]
    return "\n".join(lines)


def _compartments() -> str:
    lines = ["## Compartments", "", "| Compartment | Audience |", "|---|---|"]
    for compartment in Compartment:
        audience = AUDIENCES.get(compartment)
        lines.append(f"| `{compartment.value}` | {_letters(audience) if audience else 'facts: the service, S, A'} |")
    return "\n".join(lines)


def _letters(roles: frozenset[Role]) -> str:
    return " ".join(role.word if role is Role.SELF else role.value for role in Role if role in roles)
