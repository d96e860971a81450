"""Prints the demonstration: five views side by side, the thief's, and the proof."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.columns import Columns
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from crypto.verifier.__main__ import MARKS
from crypto.verifier.plan import STEPS, Report
from ops.closure import Closure
from ops.demo.evidence import Evidence
from ops.demo.thief import Search
from ops.drill.proof import RevocationProof


def _one(text: Any) -> list[str]:
    return [text] if text else []


def _each(entries: Sequence[Mapping[str, Any]] | None, name: str) -> list[str]:
    return [str(entry[name]) for entry in entries or () if entry.get(name)]


def _latest(view: Mapping[str, Any]) -> Mapping[str, Any]:
    versions = view.get("contract", {}).get("versions", ())
    text: Mapping[str, Any] = versions[-1]["text"] if versions else {}
    return text


def _objectives(view: Mapping[str, Any]) -> list[str]:
    return [o["statement"] for o in _latest(view).get("objectives", {}).get("objectives", ())]


def _banana_skins(view: Mapping[str, Any]) -> list[str]:
    return list(_latest(view).get("banana_skins", {}).get("banana_skins", ()))


def _sessions(view: Mapping[str, Any]) -> list[str]:
    return [f"{s['session']}: {s['starts_at'][:10]}" for s in view.get("sessions", ()) if "starts_at" in s]


_SECTIONS: Final = (
    ("request", lambda v: _one(v.get("engagement", {}).get("request"))),
    ("coaches met", lambda v: _each(v.get("coaches_met"), "impression")),
    ("problem", lambda v: _one((v.get("reality") or {}).get("problem"))),
    ("objectives", _objectives),
    ("banana skins", _banana_skins),
    ("sessions", _sessions),
    ("feedback", lambda v: [s["feedback"]["feedback"] for s in v.get("sessions", ()) if "feedback" in s]),
    ("readings", lambda v: _each(v.get("indicator_readings"), "value")),
    ("summaries", lambda v: _each(v.get("summaries"), "summary")),
    ("voice", lambda v: _each(v.get("voice"), "statement")),
    ("notes", lambda v: _each(v.get("notes"), "note")),
    ("journal", lambda v: _each(v.get("journal"), "entry")),
    ("ended", lambda v: _one((v.get("engagement", {}).get("ended") or {}).get("statement"))),
)


def views(console: Console, shown: Mapping[str, Mapping[str, Any]], timeline: Sequence[Mapping[str, Any]]) -> None:
    """The five views side by side, a line or a count a section."""
    wide = console.width >= 150  # noqa: PLR2004 - columns, from which on five panels fit beside each other
    width = max(26, console.width // 5 - 1) if wide else max(32, console.width // 3 - 2)
    panels = [Panel(_party(view), title=name.replace("_", " "), width=width) for name, view in shown.items()]
    panels.append(Panel(_timeline(timeline), title="coaching supervisor", width=width))
    console.print(Columns(panels, padding=(0, 0)))


def _party(view: Mapping[str, Any]) -> Group:
    lines = []
    for name, pick in _SECTIONS:
        said = pick(view)
        line = Text(f"{name}: ", style="bold")
        if not said:
            line.append("—", style="dim")
        else:
            more = f" (+{len(said) - 1})" if len(said) > 1 else ""
            line.append(_short(said[0]) + more, style="default")
        lines.append(line)
    return Group(*lines)


def _timeline(entries: Sequence[Mapping[str, Any]]) -> Group:
    lines = [Text(f"{len(entries)} process facts, not one word", style="bold")]
    for entry in entries[-11:]:
        flags = ", ".join(f"{k}={v}" for k, v in entry["facts"].items() if isinstance(v, bool | int))
        lines.append(Text(f"{entry['event']} by {entry['by']} {flags}", overflow="ellipsis", no_wrap=True))
    return Group(*lines)


def _short(text: str, length: int = 70) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def thief(console: Console, row: Mapping[str, str], found: Search) -> None:
    """What lies in the database, and that none of it can be read."""
    table = Table("column", "what a thief sees", title="An event as it lies in the database", title_justify="left")
    for name, value in row.items():
        table.add_row(name, value)
    console.print(table)
    console.print(
        f"Searched {found.files} files, {found.size / 1e6:.1f} MB (tables, write-ahead log, server logs) for"
        f" {found.texts} texts that people typed, in UTF-8, UTF-16, base64 and hex: [bold]{found.found} found[/bold]."
        f" Control, a text stored in the clear: {'found' if found.control else 'NOT FOUND'}."
    )


def closure(console: Console, proved: Sequence[tuple[str, Closure]], control: Closure) -> None:
    """What every party's keys open, beside what the signed clauses give."""
    table = Table(
        "whose keys", "tried", "opened", "outside the clause", "lost", title="Reader closure", title_justify="left"
    )
    for name, one in proved:
        table.add_row(name, str(one.tried), str(one.opened), str(len(one.outside)), str(len(one.lost)))
    table.add_row("control: one grant widened", str(control.tried), str(control.opened), str(len(control.outside)), "0")
    console.print(table)


def evidence(console: Console, kept: Evidence, report: Report) -> None:
    """What the offline verifier finds, and how to ask it oneself."""
    table = Table("step", "", "what is checked", title="A bundle of evidence, verified", title_justify="left")
    for step, title in enumerate(STEPS, start=1):
        table.add_row(str(step), MARKS[report.results[step]], title)
    console.print(table)
    console.print(f"The bundle stays, proved by a signed checkpoint of {kept.size} events. Check it yourself:")
    console.print(f"  driehoek verify {kept.bundle} --policy {kept.policy}", soft_wrap=True, highlight=False)


def revocation(console: Console, proof: RevocationProof) -> None:
    """What a party lost when its access ended, and to whom it is lost as well."""
    if proof.party is None:
        console.print("Nobody's access has ended.")
        return
    title = f"Parts that the {proof.party.replace('_', ' ')} may no longer read"
    table = Table("who tries", "opened", title=title, title_justify="left")
    table.add_row("its own keys, before the erasure", str(proof.opened_before))
    table.add_row("its own keys, after it", str(proof.opened_after))
    table.add_row(
        "with every page, row and copy ever written, and today's root", str(proof.opened_by_history_adversary)
    )
    table.add_row("control: the same, had the old root been kept", str(proof.opened_by_control))
    console.print(table)
