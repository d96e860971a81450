"""The coachee's export: complete, readable by programs and by people, and the same bytes for the same state."""

import io
import json
import zipfile
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from domain.clause import MATRIX
from domain.sight import Sight, sight_of
from domain.vocabulary import Item, Role
from projections.export import FORMAT, Language, archive, document, page
from projections.export_texts import TEXTS
from projections.opened import Story
from tests.stage import C, E, Stage, tell

LANGUAGES = get_args(Language)
NASTY = '<script>alert("é")</script> & Ünïcode 漢字 \N{ZERO WIDTH JOINER}'


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement in which people type what a page must not swallow."""
    stage.words = lambda role, name: f"{role.word} {name} {NASTY}"
    tell(stage, sessions=5)
    stage.advance()
    return stage


def _read(stage: Stage) -> tuple[Sight, Story]:
    sight = sight_of(stage.service.write_side, stage.engagement_id, stage.people[E], stage.at)
    return sight, stage.service.views[E].story(sight)


class _Text(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag, and what it would fetch."""
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        """Remember words."""
        self.words.append(data)


def test_everything_that_the_coachee_reads_is_there(told: Stage) -> None:
    """Each part of the coachee's story, the journal too, with who said it when; and nothing of the coach's notes."""
    sight, story = _read(told)
    made = document(sight, story)
    assert made["format"] == FORMAT
    assert [part["content"] for part in made["parts"]] == [part.content for part in story]
    assert any(part["item"] == "coachee_journal" for part in made["parts"])
    typed = json.dumps(made, ensure_ascii=False)
    assert "coachee entry" in typed
    assert "coach note" not in typed
    assert "coach note" in str(told.view(C))  # control: it was written
    assert made["view"]["journal"]


def test_the_key_record_says_who_reads_what_until_when(told: Stage) -> None:
    """Every grant of the engagement and of the journal is listed; the manager's, which ended, with end and ground."""
    made = document(*_read(told))
    assert {entry["role"] for entry in made["access"]} == {"sponsor_organisation", "line_manager", "coach", "coachee"}
    ended = [entry for entry in made["access"] if entry["ends_at"] is not None and entry["lifetime"] == "closure"]
    assert ended
    assert {entry["ground"] for entry in ended} == {"closure"}
    assert any("objectives" in entry["items"] for entry in ended)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_safe_and_complete(told: Stage, language: Language) -> None:
    """What people typed stands on the page as text, in any script; no script of theirs runs and nothing is fetched."""
    made = document(*_read(told))
    html = page(made, language)
    read = _Text(html)
    assert "script" not in read.tags
    assert read.links == []
    words = "".join(read.words)
    for part in made["parts"]:
        for said in part["content"].values():
            if isinstance(said, str):
                assert said in words
    assert f'<html lang="{language}">' in html


def test_the_archive_opens_and_is_the_same_each_time(told: Stage) -> None:
    """Three files that any tool unpacks; asked for twice, byte for byte the same; after another entry, not."""
    made = document(*_read(told))
    once, twice = (b"".join(archive(document(*_read(told)), "nl")) for _ in range(2))
    assert once == twice
    with zipfile.ZipFile(io.BytesIO(once)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["README.txt", "export.json", "export.html"]
        assert json.loads(packed.read("export.json")) == made
        assert packed.read("export.html").decode() == page(made, "nl")
    told.write_entry()
    told.advance()
    assert b"".join(archive(document(*_read(told)), "nl")) != once


def test_what_was_disclosed_to_the_coachee_is_there(told: Stage) -> None:
    """A note that the coach disclosed stands in both files, beside what was the coachee's anyway."""
    sight, story = _read(told)
    made = document(sight, story, [{"content": {"note": f"once private {NASTY}"}}])
    assert made["disclosed"] == [{"content": {"note": f"once private {NASTY}"}}]
    assert f"once private {NASTY}" in "".join(_Text(page(made, "fr")).words)


def test_a_large_export_comes_in_pieces() -> None:
    """No piece is much larger than what was written at once, however much there is."""
    parts: list[dict[str, Any]] = [
        {"number": n, "stream": "s", "event_version": n, "event": "e", "item": "coachee_journal", "at": "t",
         "by": "coachee", "content": {"entry": f"{n} " + "".join(chr(97 + (n * i) % 26) for i in range(2_000))}}
        for n in range(2_000)
    ]  # fmt: skip
    pieces = list(archive({"format": FORMAT, "parts": parts, "disclosed": [], "access": []}, "en"))
    assert len(pieces) > 10
    assert max(map(len, pieces)) < 200_000
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None


def test_every_language_has_every_text() -> None:
    """The same names everywhere, none empty, and one for each item of the matrix that a coachee can read."""
    assert {language: set(texts) for language, texts in TEXTS.items()} == {key: set(TEXTS["en"]) for key in LANGUAGES}
    assert all(text.strip() for texts in TEXTS.values() for text in texts.values())
    readable = {item.value for item, row in MATRIX.items() if Role.COACHEE in {*row.always, *row.if_permitted}}
    assert readable <= set(TEXTS["en"])
    assert Item.COACH_NOTES.value not in readable
