"""``make reference``: write the generated pages below ``docs/reference``, and the clients' generated files."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from api import description
from api.app import create_app
from ops.reference import client, events, matrix, requirements, rules, typescript

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final[Mapping[str, Callable[[Path], str]]] = MappingProxyType(
    {
        "api/openapi.json": lambda _: description.told_by(create_app(description.NOBODY)),
        "clients/typescript/driehoek.d.ts": typescript.page,  # from the line above
        "docs/reference/events.md": events.page,
        "docs/reference/matrix.md": matrix.page,
        "docs/reference/requirements.md": requirements.page,
        "docs/reference/rules.md": rules.page,
    }
)
"""Every generated page by its place below the root."""


def main() -> None:
    """Write them all."""
    for place, page in PAGES.items():
        (ROOT / place).write_text(page(ROOT), encoding="utf-8")
    for folder in client.FOLDERS:
        shutil.rmtree(ROOT / client.PLACE / folder, ignore_errors=True)
    for place, text in client.files(ROOT).items():  # from the description that was just written
        (ROOT / place).parent.mkdir(exist_ok=True)
        (ROOT / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
