"""The supervisors' adherence report as a document: which rules were followed, and what shows it (requirements.md, C).

It says what ``GET /v1/oversight/adherence/{pseudonym}`` says at one moment, and nothing besides: an engagement and its
coaches by their pseudonyms, people by their roles, events by what the timeline tells of them.
"""

from collections.abc import Mapping
from typing import Any

from projections.documents.adherence_words import CURES, RESULTS, SEVERITIES, WORDS
from projections.documents.copy import Copy
from projections.documents.sheet import Block, Sheet, heading, note, table, terms
from projections.documents.told import NOTHING, text
from projections.documents.values import named, role

Json = Mapping[str, Any]


def report(told: Json, copy: Copy) -> Sheet:
    """The report.

    Args:
        told: one engagement as ``projections.board`` tells it: ``engagement``, ``at``, ``coaches`` and ``findings``.
        copy: which copy it is, of that moment.
    """
    findings = told["findings"]
    rows = [
        [named(RESULTS, result, copy.language), str(sum(one["result"] == result for one in findings))]
        for result in RESULTS
    ]
    blocks: list[Block] = [
        note(_word("intro", copy)),
        terms([
            (_word("as_of", copy), told["at"]),
            (_word("coaches", copy), ", ".join(told["coaches"]) or NOTHING),
        ]),
        heading(_word("summary", copy)),
        table([_word("result", copy), _word("rules", copy)], rows),
    ]  # fmt: skip
    for result in RESULTS:
        found = [one for one in findings if one["result"] == result]
        if found:
            blocks.append(heading(named(RESULTS, result, copy.language)))
        for one in found:
            blocks += _finding(one, copy)
    return copy.sheet(_word("title", copy), *blocks, note(_word("limits", copy)))


def _word(name: str, copy: Copy) -> str:
    return named(WORDS, name, copy.language)


def _finding(one: Json, copy: Copy) -> list[Block]:
    said: list[tuple[str, str]] = [
        (_word("phrase", copy), one["phrase"]),
        (_word("severity", copy), named(SEVERITIES, one["severity"], copy.language)),
    ]
    if one["deadline"] is not None:
        said.append((_word("deadline", copy), one["deadline"]))
    if one["cure"] is not None:
        said.append((_word("cure", copy), named(CURES, one["cure"], copy.language)))
    blocks: list[Block] = [heading(one["rule"], 2), terms(said)]
    if one["events"]:
        head = [_word(name, copy) for name in ("at", "event", "by", "facts")]
        rows = [
            [event["at"], event["event"], role(event["by"], copy.language), _facts(event["facts"], copy)]
            for event in one["events"]
        ]
        blocks.append(table(head, rows))
    return blocks


def _facts(told: Json, copy: Copy) -> str:
    """An event's facts, under the names that the reference of events has for them."""
    return "; ".join(f"{name}: {text(of, copy.language)}" for name, of in told.items()) or NOTHING
