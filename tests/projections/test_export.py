"""The coachee's export: complete, readable by programs and by people, and the same bytes for the same state."""

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest

from crypto.document import document_hash, section_commitment, signature_message
from crypto.errors import BadSignature
from crypto.party_keys import verify
from crypto.receipt import canonical
from domain.clause import MATRIX
from domain.personal import WriteEntry
from domain.signers import signers
from domain.vocabulary import PARTIES, Item, Role
from ops.press.press import TypstPress
from projections.documents.takeaway import FULL
from projections.export import FORMAT, Export, archive, document
from projections.export_page import page
from projections.export_texts import FIELDS, TEXTS, Language
from tests.pdf import accessible, squeezed, words
from tests.stage import C, E, Stage, tell

LANGUAGES = get_args(Language)
PRESS = TypstPress()
NASTY = '<script>alert("é")</script> & Ünïcode 漢字 \N{ZERO WIDTH JOINER} שלום'
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "export.schema.json"
HIDDEN = ("salt", "salts", "document_hash", "signature")


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement in which people type what a page must not swallow."""
    stage.words = lambda role, name: f"{role.word} {name} {NASTY}"
    return tell(stage, sessions=5)


def export_of(stage: Stage, disclosed: Iterable[Mapping[str, Any]] = ()) -> Export:
    """What the coachee of a stage takes away."""
    stage.advance()
    sight, view = stage.sight(E), stage.service.views[E]
    return Export(
        sight=sight,
        story=view.story(sight.of_engagement),
        pieces=lambda: view.pieces(sight),
        disclosed=list(disclosed),
        signers=signers(stage.service.write_side, stage.engagement_id),
    )


def made_of(export: Export) -> dict[str, Any]:
    """The export as a program reads it."""
    return dict(json.loads("".join(document(export))))


def archive_of(export: Export, language: Language) -> list[bytes]:
    """The archive's pieces."""
    return list(archive(export, language, PRESS, "12ab"))


def page_of(export: Export, language: Language) -> str:
    """The export as a person sees it."""
    return "".join(page(export.parts(), export.disclosed, export.access, export.receipts, language))


class _Text(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag, and what it would fetch."""
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        """Each tag closes the one that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember words."""
        self.words.append(data)


def test_everything_that_the_coachee_reads_is_there(told: Stage) -> None:
    """Each part of the coachee's story, the journal too, with who said it when; and nothing of the coach's notes."""
    made = made_of(export_of(told))
    story = told.story(E)
    assert made["format"] == FORMAT
    assert [part["content"] for part in made["parts"]] == [part.content for part in story]
    assert [part["number"] for part in made["parts"]] == [part.number for part in story]
    assert [entry["content"]["entry"] for entry in made["parts"] if entry["item"] == "coachee_journal"]
    view = told.view(E)
    assert made["view"] == {name: view[name] for name in view if name not in ("journal", "version")}
    assert made["version"] == view["version"]
    typed = json.dumps(made, ensure_ascii=False)
    assert "coach note" not in typed
    assert "coach note" in str(told.view(C))  # control: it was written


def test_the_signatures_can_be_checked_with_nothing_else(told: Stage) -> None:
    """From the file alone: commitments to each section, the hash over them, and four signatures by the keys beside."""
    made = made_of(export_of(told))
    (version,) = made["view"]["contract"]["versions"]
    commitments = {
        name: section_commitment(name, bytes.fromhex(version["proof"]["salts"][name]), canonical(text))
        for name, text in version["text"].items()
    }
    assert {name: one.hex() for name, one in commitments.items()} == version["proof"]["commitments"]
    signed = document_hash(UUID(made["engagement"]), version["contract_version"], commitments.items())
    assert signed.hex() == version["document_hash"]
    keys = {(one["contract_version"], one["by"]): bytes.fromhex(one["public_key"]) for one in made["signers"]}
    assert {role for _, role in keys} == {role.word for role in PARTIES}
    for signature in version["signatures"]:
        key = keys[version["contract_version"], signature["by"]]
        verify(key, signature_message(signed), bytes.fromhex(signature["signature"]))
        with pytest.raises(BadSignature):
            verify(key, signature_message(bytes(32)), bytes.fromhex(signature["signature"]))


def test_the_key_record_says_who_reads_what_until_when(told: Stage) -> None:
    """Everybody's grants are listed; the manager's, which ended, with end and ground; of notes what was agreed."""
    made = made_of(export_of(told))
    assert {entry["role"] for entry in made["access"]} == {role.word for role in PARTIES}
    ended = [entry for entry in made["access"] if entry["ends_at"] is not None and entry["lifetime"] == "closure"]
    assert {entry["ground"] for entry in ended} == {"closure"}
    assert any("objectives" in entry["items"] for entry in ended)
    assert [entry["erased"] for entry in made["access"] if entry["items"] == ["coach_notes"]] == [None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_safe_and_complete(told: Stage, language: Language) -> None:
    """What people typed stands on the page as text, in any script; no script of theirs runs and nothing is fetched."""
    export = export_of(told)
    html = page_of(export, language)
    read = _Text(html)
    assert read.open == []
    assert "script" not in read.tags
    assert read.links == []
    words = "".join(read.words)
    for part in export.parts():
        for name, said in part.content.items():
            if isinstance(said, str) and name not in HIDDEN and said:
                assert said in words
    assert f'<html lang="{language}">' in html
    assert TEXTS[language]["coachee_journal"] in words


def test_the_archive_opens_and_is_the_same_each_time(told: Stage) -> None:
    """Files that any tool unpacks; asked for twice, byte for byte the same; after another entry, not."""
    export = export_of(told)
    once, twice = (b"".join(archive_of(export_of(told), "nl")) for _ in range(2))
    assert once == twice
    with zipfile.ZipFile(io.BytesIO(once)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["README.txt", "export.json", "export.html", "export.pdf"]
        assert json.loads(packed.read("export.json")) == made_of(export)
        assert packed.read("export.html").decode() == page_of(export, "nl")
    told.write_entry()
    assert b"".join(archive_of(export_of(told), "nl")) != once


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_accessible_and_complete(told: Stage, language: Language) -> None:
    """The PDF has every word that was typed, in any script, as PDF/UA; what programs check is left to them."""
    export = export_of(told)
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(export, language)))) as packed:
        made = packed.read("export.pdf")
    assert accessible(made) == []
    said = squeezed(words(made))
    latin = squeezed(NASTY.split("\N{ZERO WIDTH JOINER}", maxsplit=1)[0])
    for part in export.parts():
        for name, typed in part.content.items():
            if isinstance(typed, str) and latin in squeezed(typed):
                assert squeezed(typed).partition(latin)[0] + latin in said, name
    assert squeezed(TEXTS[language]["coachee_journal"]) in said


def test_a_long_export_goes_on_in_another_volume(told: Stage) -> None:
    """Once a volume is full the next begins; together they have every part, and each says which copy it is."""
    for number in range(3):
        (_, stream) = told.streams(E)
        told.act(E, WriteEntry(told.engagement_id, {"entry": f"entry {number} " + "lang " * (FULL // 12)}), stream)
    with zipfile.ZipFile(io.BytesIO(b"".join(archive_of(export_of(told), "nl")))) as packed:
        names = [name for name in packed.namelist() if name.endswith(".pdf")]
        assert names == ["export.pdf", "export-2.pdf"]
        said = [squeezed(words(packed.read(name))) for name in names]
    assert [f"entry{number}" in "".join(said) for number in range(3)] == [True] * 3
    assert all("12ab" in one for one in said)


def test_the_archive_is_the_same_before_and_after_a_day(told: Stage) -> None:
    """Nothing in it is of the moment at which it was asked for, as long as nothing happened or ended."""
    once = b"".join(archive_of(export_of(told), "fr"))
    told.request(told.people[E])  # time moves on
    assert b"".join(archive_of(export_of(told), "fr")) == once


def test_an_archive_that_breaks_off_is_none(told: Stage) -> None:
    """Without its last piece no tool takes it for a whole one."""
    pieces = archive_of(export_of(told), "en")
    zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(pieces[:-1])))


def test_what_was_disclosed_to_the_coachee_is_there(told: Stage) -> None:
    """A note that the coach disclosed stands in both files, beside what was the coachee's anyway."""
    export = export_of(told, [{"content": {"note": f"once private {NASTY}"}}])
    assert made_of(export)["disclosed"] == [{"content": {"note": f"once private {NASTY}"}}]
    assert f"once private {NASTY}" in "".join(_Text(page_of(export, "fr")).words)


def test_the_form_is_the_one_that_is_described(told: Stage, tmp_path: Path) -> None:
    """The file is valid by the published schema; with a member more, or one less, it isn't."""
    made = made_of(export_of(told))
    wrong = [{**made, "more": 1}, {name: value for name, value in made.items() if name != "signers"}]
    for number, (content, valid) in enumerate([(made, True), *((one, False) for one in wrong)]):
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "check-jsonschema"), "--schemafile", str(SCHEMA), str(file)]
        assert (subprocess.run(command, capture_output=True, check=False).returncode == 0) == valid


def test_an_export_takes_no_more_memory_for_a_longer_journal(stage: Stage) -> None:
    """Ten times the journal is ten times the archive, and nearly the same memory: it goes out as it is read."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.write_entry()
    peaks, sizes = [], []
    for entries in (8, 72):
        (_, stream) = stage.streams(E)
        for _ in range(entries):
            stage.act(E, WriteEntry(stage.engagement_id, {"entry": "é" * 20_000}), stream)
        export = export_of(stage)
        tracemalloc.start()
        sizes.append(sum(len(piece) for piece in archive(export, "en", PRESS, "12ab")))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert sizes[1] > 9 * sizes[0] > 9 * 2 * 8 * 40_000
    assert peaks[1] < peaks[0] * 1.5
    assert peaks[1] < sizes[1] / 3


def test_every_language_has_every_text() -> None:
    """The same names everywhere, none empty, and one for each item of the matrix that a coachee can read."""
    for table in (TEXTS, FIELDS):
        assert table.keys() == set(LANGUAGES)
        assert {language: set(texts) for language, texts in table.items()} == {
            key: set(table["en"]) for key in LANGUAGES
        }
        assert all(text.strip() for texts in table.values() for text in texts.values())
    readable = {item.value for item, row in MATRIX.items() if Role.COACHEE in {*row.always, *row.if_permitted}}
    assert readable <= set(TEXTS["en"])
    assert {role.word for role in PARTIES} <= set(TEXTS["en"])


def test_every_field_that_is_recorded_has_a_name(told: Stage) -> None:
    """On a Dutch page no field stands under its recorded name, but for what is the same word."""
    used: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            used.update(value)
            for member in value.values():
                walk(member)
        elif isinstance(value, list):
            for member in value:
                walk(member)

    for part in export_of(told).parts():
        walk(part.content)
    known = {*FIELDS["nl"], *TEXTS["nl"], *HIDDEN, "commitments"}
    assert used - known == set()
    assert Item.COACH_NOTES.value in TEXTS["nl"]
