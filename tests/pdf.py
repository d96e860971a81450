"""What a PDF says, read with pikepdf alone: its text, its structure, its fonts and what it says of itself."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf


def opened(content: bytes) -> pikepdf.Pdf:
    """A document, parsed; a broken one raises."""
    return pikepdf.open(io.BytesIO(content))


def words(content: bytes) -> str:
    """The text of all pages in the order in which it is drawn, without the ends of lines and without zero widths."""
    with opened(content) as pdf:
        return "".join(_of_page(page) for page in pdf.pages).replace("\u200b", "")


def squeezed(text: str) -> str:
    """A text without any white space: where a line was broken, none is drawn."""
    return re.sub(r"\s+", "", text)


def _of_page(page: pikepdf.Page) -> str:
    fonts = {str(name): _unicode_of(font) for name, font in page.resources.get("/Font", {}).items()}
    said, known = [], dict[bytes, str]()
    for operands, operator in _drawn(page):
        if operator == "Tf":
            known = fonts[str(operands[0])]
        elif operator in ("Tj", "TJ"):
            pieces = operands[0] if operator == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    said += [known.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
    return "".join(said)


def _drawn(page: pikepdf.Page) -> Iterator[tuple[Any, str]]:
    """What a page's content stream does, in order: operands and operator."""
    drawn: Any = pikepdf.parse_content_stream(page)
    for operands, operator in drawn:
        yield operands, str(operator)


def _unicode_of(font: Any) -> dict[bytes, str]:
    """By code (two bytes), what a font's ToUnicode map says."""
    cmap = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            found[bytes.fromhex(code)] = _text(text)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = _text(text)
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[(int(first, 16) + step).to_bytes(2, "big")] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _text(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")


def tags(content: bytes) -> list[str]:
    """The structure's elements by their kinds, in the order of reading."""
    with opened(content) as pdf:
        return [str(one.S).removeprefix("/") for one in _elements(pdf.Root.StructTreeRoot)]


def _elements(of: Any) -> Iterator[Any]:
    kids = of.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def faces(content: bytes) -> set[str]:
    """The fonts that are embedded, by name without the subset's tag."""
    with opened(content) as pdf:
        fonts = [font for page in pdf.pages for font in page.resources.get("/Font", {}).values()]
        return {str(font.BaseFont).removeprefix("/").partition("+")[2] for font in fonts}


def accessible(content: bytes) -> list[str]:
    """What a PDF/UA document says of itself and this one doesn't (ISO 14289-1, 7.1, 7.2, 7.11, 7.18)."""
    with opened(content) as pdf:
        root: Any = pdf.Root
        about: Any = pdf.open_metadata()
        marks = {
            "it is tagged": bool(root.get("/MarkInfo", {}).get("/Marked", False)) and "/StructTreeRoot" in root,
            "it names its language": str(root.get("/Lang", "")) in ("nl", "fr", "en"),
            "it shows its title": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            "it has a title": bool(about.get("dc:title")),
            "it says that it is PDF/UA": str(about.get("pdfuaid:part")) == "1",
            "all that is drawn is marked": all(_all_marked(page) for page in pdf.pages),
            "its fonts are embedded": all(_embedded(page) for page in pdf.pages),
        }
    return [name for name, kept in marks.items() if not kept]


def _all_marked(page: pikepdf.Page) -> bool:
    """Whether all text and all lines stand between BDC or BMC and EMC: in the structure, or an artifact."""
    depth = 0
    for _, operator in _drawn(page):
        if operator in ("BDC", "BMC"):
            depth += 1
        elif operator == "EMC":
            depth -= 1
        elif operator in ("Tj", "TJ", "S", "f", "f*", "B", "Do") and depth == 0:
            return False
    return True


def _embedded(page: pikepdf.Page) -> bool:
    descendants = [font.DescendantFonts[0] for font in page.resources.get("/Font", {}).values()]
    return all({"/FontFile2", "/FontFile3"} & set(one.FontDescriptor.keys()) for one in descendants)
