"""What documents are made of, before they are set: complete in each language, and nothing that isn't the reader's."""

import json
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest

from domain.adherence.findings import Cure, Result, Severity
from domain.clause import CHOICES, ELSEWHERE, MATRIX
from domain.contract_versions import amended, contract_versions
from domain.vocabulary import (
    PARTIES,
    CheckpointDecision,
    DisclosureGround,
    Dynamic,
    Ending,
    ErasureGround,
    Item,
    Lifetime,
    Quadrant,
    Reason,
    ResourceKind,
    Role,
)
from projections.documents import values
from projections.documents.adherence import report
from projections.documents.adherence_words import CURES, RESULTS, SEVERITIES
from projections.documents.amendment import amendment, changes
from projections.documents.contract import SECTIONS, contract
from projections.documents.copy import Copy
from projections.documents.glyphs import breakable, shown
from projections.documents.sheet import LANGUAGES, Language, Sheet
from projections.documents.told import told
from projections.documents.words import WORDS
from projections.export_fields import FIELDS
from projections.export_texts import TEXTS
from tests.stage import C, E, M, O, Stage, document, tell

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLOSED: list[tuple[str, type[Enum]]] = [
    ("dynamic", Dynamic), ("kind", ResourceKind), ("exceptions", DisclosureGround), ("ground", ErasureGround),
    ("quadrants", Quadrant), ("decision", CheckpointDecision), ("ending", Ending), ("reason", Reason),
    ("lifetimes", Lifetime),
]  # fmt: skip


def copy_of(role: Role, language: Language = "en") -> Copy:
    """Somebody's copy."""
    return Copy("12ab", language, "7", role.word, AT, {one.word: f"Name of {one.word}" for one in PARTIES})


def said(sheet: Sheet) -> str:
    """All that a document says, as one text."""
    return json.dumps(sheet.data(), ensure_ascii=False)


def version_of(stage: Stage, role: Role, number: int = 1, at: datetime | None = None) -> dict[str, Any]:
    """A contract version as a role reads it."""
    versions = stage.view(role, at)["contract"]["versions"]
    return next(one for one in versions if one["contract_version"] == number)


def typed_in(value: Any) -> list[str]:
    """Every text that stands in a JSON value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in typed_in(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in typed_in(one)]
    return [value] if isinstance(value, str) else []


def test_every_word_is_there_in_every_language() -> None:
    """The same names in Dutch, French and English, and no two of a long text the same."""
    assert WORDS.keys() == set(LANGUAGES)
    for name, english in WORDS["en"].items():
        texts = [WORDS[language][name] for language in LANGUAGES]
        assert all(text.strip() for text in texts), name
        assert len(english) < 20 or len(set(texts)) == len(texts), name
    assert set(SECTIONS) <= set(WORDS["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_words_have_names(language: Language) -> None:
    """Each value of the method's closed words, each role and each item of the matrix has a name in each language."""
    for field, words in CLOSED:
        for word in words:
            named = values.value(field, word.value, language)
            assert named
            assert "_" not in named, (field, word.value)
    assert all("_" not in values.role(role.word, language) for role in Role)
    items = [item for item in MATRIX if item not in ELSEWHERE]
    assert [item.value for item in items if item.value not in TEXTS[language]] == []
    assert not any(values.item(item.value, language).startswith(("Your", "Jouw", "Votre", "Vos")) for item in items)


@pytest.mark.parametrize(
    ("names", "words"), [(RESULTS, Result), (SEVERITIES, Severity), (CURES, Cure)], ids=["result", "severity", "cure"]
)
def test_the_rules_words_have_names(names: values.Names, words: type[Enum]) -> None:
    """Each result, severity and cure that the adherence rules know has its names, and nothing else has."""
    assert set(names) == {word.value for word in words}


def test_a_report_says_what_the_board_says() -> None:
    """Rule, phrase, result, deadline, cure and the events that it rests on; by role and pseudonym, and no more."""
    found = {
        "rule": "P5", "phrase": "stem te laten gelden", "severity": "medium", "result": "violated",
        "deadline": "2026-02-01T00:00:00Z", "cure": "answer_voice",
        "events": [{"at": "2026-01-05T09:00:00Z", "event": "voice.stated", "by": "coach", "facts": {"statement": 1}}],
    }  # fmt: skip
    met = {**found, "rule": "P6", "result": "met", "deadline": None, "cure": None, "events": []}
    told = {"engagement": "abcd", "at": "2026-03-01T12:00:00Z", "coaches": ["ef01"], "findings": [met, found]}
    made = said(report(told, copy_of(Role.COACHING_SUPERVISOR, "fr")))
    for word in ("P5", "P6", "stem te laten gelden", "enfreinte", "répondre à la parole", "voice.stated", "ef01"):
        assert word in made
    assert made.index("P5") < made.index("P6")  # what is violated comes first
    assert "2026-02-01T00:00:00Z" in made


def test_what_people_type_is_not_translated() -> None:
    """A typed text that happens to be a closed word stays what it is; in the word's own field it is one."""
    assert "closure" in json.dumps(told({"description": "closure"}, "nl"))
    assert "beëindiging" in json.dumps(told({"ground": "closure"}, "nl"), ensure_ascii=False)


def test_a_contract_says_what_was_written(stage: Stage) -> None:
    """Everything that the authors typed, all signatures, and every item of the clause stand in the coachee's copy."""
    tell(stage)
    version = version_of(stage, E)
    made = said(contract(version, copy_of(E)))
    for text in typed_in(stage_text(stage)):
        assert text in made, text
    for signature in version["signatures"]:
        assert signature["signature"] in made
    for item in (item for item in MATRIX if item not in ELSEWHERE):
        assert values.item(item.value, "en") in made


def stage_text(stage: Stage) -> list[str]:
    """What was typed into the contract of a stage."""
    sections = document(stage.words).sections(1)
    return [text for text in typed_in(sections) if " says " in text]


def test_no_field_of_a_contract_is_without_a_name(stage: Stage) -> None:
    """In a Dutch contract no field stands under the name that programs have for it."""
    tell(stage)

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for one in value.values() for name in names(one)}
        return {name for one in value for name in names(one)} if isinstance(value, list) else set()

    used = names(version_of(stage, E)["text"]) - {"salt", "items", "item", "compartment", "lifetimes", "permitted"}
    assert used - set(FIELDS["nl"]) - set(TEXTS["nl"]) - set(values.ROLES) == set()


def test_a_part_that_is_kept_back_goes_by_its_commitment(stage: Stage) -> None:
    """The organisation's copy says which parts it doesn't show, and has their commitments; nothing of what they say."""
    tell(stage)
    at = stage.before_the_end()
    version = version_of(stage, O, at=at)
    made = said(contract(version, copy_of(O)))
    for name in ("objectives", "demands", "banana_skins"):
        assert version["proof"]["commitments"][name] in made
    full = said(contract(version_of(stage, M, at=at), copy_of(M)))
    for secret in ("says statement", "says demand_on_coach", "says banana_skin"):
        assert secret not in made
        assert secret in full  # positive control


def test_an_amendment_tells_of_what_both_versions_show(stage: Stage) -> None:
    """Changed words side by side; to the organisation nothing of a part that it reads in one version only (R36)."""
    _in_force_twice(stage)
    before, after = (version_of(stage, E, number) for number in (1, 2))
    made = said(amendment(before, after, copy_of(E)))
    assert "14" in made
    assert "21" in made
    assert values.item(Item.OBJECTIVES.value, "en") in made
    for_organisation = said(amendment(version_of(stage, O, 1), version_of(stage, O, 2), copy_of(O)))
    assert "says statement" not in for_organisation
    assert "21" in for_organisation
    assert changes(before["text"]["demands"], after["text"]["demands"]) == []


def _in_force_twice(stage: Stage) -> None:
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force()
    permits = {Item.OBJECTIVES: frozenset({O}), Item.PROGRESS_SUMMARY: frozenset({O})}
    stage.put_contract_in_force(frequency_days=21, permits=permits)


def test_an_amendment_is_of_the_version_in_force_before(stage: Stage) -> None:
    """A draft that nobody signed isn't what the next version changes; a first contract changes none."""
    _in_force_twice(stage)
    stage.draft()
    known = contract_versions(stage.service.write_side, stage.engagement_id)
    assert list(known) == [1, 2, 3]
    assert [(one := amended(known, number)) and one.number for number in known] == [None, 1, 2]
    assert not known[3].in_force


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "salt": "x"}, {"a": 2, "salt": "y"}, [(("a",), "a", 1, 2)]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [(("a", 2), "a", None, "y")]),
        ({"a": {"coach": "x"}}, {"a": {}}, [(("a", "coach"), "a", "x", None)]),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}]}}, [(("a", "b", 1, "c"), "c", 1, 2)]),
    ],
    ids=["same", "other", "more", "less", "deep"],
)
def test_changes_are_found_where_they_are(was: Any, becomes: Any, found: Any) -> None:
    """Each single value that differs, with its place; a salt is no change."""
    assert changes(was, becomes) == found


def test_a_long_word_may_be_broken() -> None:
    """A line may end within what has no spaces, not before a mark or a joined emoji; ordinary words stay whole."""
    broken = breakable("x" * 100)
    assert max(len(piece) for piece in broken.split("\u200b")) == 40
    assert breakable("gewone woorden " * 20) == "gewone woorden " * 20
    assert "\u200b\u0301" not in breakable("e\u0301" * 60)
    assert "\u200d\u200b" not in breakable("\U0001f469\u200d" * 60)
    assert shown("a" * 100).replace("\u200b", "") == "a" * 100


def test_the_contract_permits_nothing_that_has_no_name() -> None:
    """All that a clause can say something about is in the table of names."""
    assert all(values.item(item.value, "fr") != item.value for item in CHOICES)
    assert {C, E, M, O} == set(PARTIES)
