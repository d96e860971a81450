"""Setting documents: accessible, the same bytes each time, any text as text, and in a process that is on its own."""

import hashlib
from datetime import UTC, datetime
from typing import get_args

import pytest

from ops.press.press import TypstPress
from projections.documents.glyphs import FONTS, _covered
from projections.documents.sheet import (
    LANGUAGES,
    Block,
    CannotBeSet,
    Language,
    Sheet,
    bullets,
    code,
    heading,
    note,
    paragraph,
    table,
    terms,
)
from tests.pdf import accessible, faces, opened, squeezed, tags, words

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVERY_BLOCK: list[Block] = [
    heading("Deel"),
    heading("Onderdeel", 2),
    paragraph("Tekst\nover twee regels"),
    note("Over dit document"),
    code("0123456789abcdef" * 8),
    bullets(["één", [paragraph("twee"), bullets(["drie"])]]),
    terms([("Naam", "Žofia"), ("Meer", [table(["wie", "wat"], [["coach", "alles"], ["onderneming", "–"]])])]),
    bullets([]),
    terms([]),
    table(["leeg"], []),
]
MARKUP = [
    '#eval("1 + 1")', '#include "/etc/passwd"', '#read("/etc/passwd")', '#import "@preview/x:1.0.0"', "*b* _i_ `r`",
    "= Kop", "- punt", "/ term: x", "<label> @verwijzing", "$x^2$", "\\u{41} \\ einde", "#sys.inputs.sheet", "// weg",
    "/* weg */", "https://example.org", "~ -- --- ...", "'a' \"b\"", "[x] {y} ;", "#set page(width: 1pt)", "%PDF",
]  # fmt: skip


@pytest.fixture(scope="module")
def press() -> TypstPress:
    """The press."""
    return TypstPress()


def sheet(*blocks: Block, language: Language = "nl") -> Sheet:
    """A document with these blocks."""
    return Sheet(language, "Driehoekscontract", "Exemplaar 12ab", "pagina", AT, blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_are_accessible(press: TypstPress, language: Language) -> None:
    """PDF/UA-1: tagged, all marked, language and title set, fonts embedded; lists, tables and headings are such."""
    made = press.set(sheet(*EVERY_BLOCK, language=language))
    assert accessible(made) == []
    found = tags(made)
    assert found[:2] == ["Document", "Title"]
    assert {"H1", "H2", "P", "L", "LI", "LBody", "Table", "TR", "TH", "TD"} <= set(found)
    with opened(made) as pdf:
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo["/Title"]) == "Driehoekscontract"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260301120000Z"


def test_the_same_sheet_gives_the_same_bytes(press: TypstPress) -> None:
    """Two processes make one document, byte for byte; another word, or another moment, makes another."""
    once, twice = (hashlib.sha256(press.set(sheet(*EVERY_BLOCK))).digest() for _ in range(2))
    assert once == twice
    assert hashlib.sha256(press.set(sheet(*EVERY_BLOCK, paragraph("x")))).digest() != once


@pytest.mark.parametrize("plainly", [False, True], ids=["as_it_is", "joined"])
def test_what_is_typed_is_text(press: TypstPress, plainly: bool) -> None:
    """Nothing that people type is markup: each line of it stands in the document as it was typed, in any block."""
    for block in (
        paragraph("\n".join(MARKUP)),
        bullets(MARKUP),
        terms([(one, one) for one in MARKUP]),
        table(["a"], [[one] for one in MARKUP]),
        heading(" ".join(MARKUP)),
        code("".join(MARKUP)),
    )[plainly * 3 :][:3]:
        said = squeezed(words(press.set(sheet(block))))
        for one in MARKUP:
            assert squeezed(one) in said, next(iter(block))


def test_names_in_any_script_are_shown(press: TypstPress) -> None:
    """Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Han, Hangul, and emoji: with bundled fonts alone."""
    names = ["Žofia Ĳsbrand", "Ελένη", "Борис", "李明", "김민준", "さくら", "สมชาย", "🌱"]
    made = press.set(sheet(bullets([*names, "שלום", "مرحبا", "हिन्दी"])))
    said = squeezed(words(made))
    assert [name for name in names if squeezed(name) not in said] == []
    bundled = {"LibertinusSerif", "NewCM", "DejaVuSansMono", "Unifont"}
    assert {face for face in faces(made) if not face.startswith(tuple(bundled))} == set()


def test_characters_that_are_said_to_be_covered_are() -> None:
    """The ends of each run of the list, and one in sixteen between, are set as they are."""
    runs = list(zip(*_covered(), strict=True))
    assert sum(last - first + 1 for first, last in runs) > 60_000
    some = [chr(at) for first, last in runs for at in sorted({first, last, *range(first, last, 16)})]
    alone = "\n".join(" ".join(some[at : at + 64]) for at in range(0, len(some), 64))
    set_or_not, made = TypstPress()._run(sheet(paragraph(alone)), plainly=False)
    assert set_or_not == 0
    assert accessible(made) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [("a\x07b", "a‹U+0007›b"), ("\U000f0000", "‹U+F0000›"), ("on\u202eder", "on‹U+202E›der"), ("a\tb\r\nc", "a b\nc")],
    ids=["control", "private", "override", "white"],
)
def test_what_cannot_be_shown_is_spelled_out(press: TypstPress, typed: str, told: str) -> None:
    """Controls, unknown characters and overrides of direction go by their numbers; tabs and line ends are space."""
    assert squeezed(told) in squeezed(words(press.set(sheet(paragraph(typed)))))


def test_a_sequence_that_no_font_has_is_set_all_the_same(press: TypstPress) -> None:
    """Marks on what another font draws: whatever the sequence, there is a document, with the base letter in it."""
    made = press.set(sheet(paragraph("q\u0331\u0489\U0001d165 漢\u0301 🌱\u0301 ก\U0001f3fb z")))
    assert accessible(made) == []
    assert "q" in words(made)


def test_a_document_takes_no_longer_than_it_may() -> None:
    """What isn't set in time is given up, and the turn is free again for the next."""
    impatient = TypstPress(at_once=1, patience=0.001)
    with pytest.raises(CannotBeSet):
        impatient.set(sheet(paragraph("x")))
    assert impatient._turns.acquire(blocking=False)


def test_who_finds_no_turn_is_told(press: TypstPress) -> None:
    """With all turns taken, a document is refused after a while; with one free, it is made."""
    busy = TypstPress(at_once=1, patience=0.01)
    with busy._turn(), pytest.raises(CannotBeSet):
        busy.set(sheet(paragraph("x")))
    assert press.set(sheet(paragraph("x"))).startswith(b"%PDF")


def test_a_broken_order_shows_nothing(press: TypstPress) -> None:
    """A block that the template doesn't know fails without a word of what was in it."""
    with pytest.raises(CannotBeSet) as told:
        press.set(sheet({"heading": "secret", "level": "one"}))
    assert "secret" not in str(told.value)


def test_fonts_are_the_ones_that_are_described() -> None:
    """The bundled fonts are, to the byte, those of which the folder says where they come from."""
    told = (FONTS / "README.md").read_text(encoding="utf-8")
    for font in FONTS.glob("*.otf"):
        assert hashlib.sha256(font.read_bytes()).hexdigest() in told
    assert get_args(Language) == LANGUAGES
