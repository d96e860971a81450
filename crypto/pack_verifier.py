"""Packs the verifier into one file that runs with Python and ``cryptography`` alone: ``make verifier``.

The same sources give the same bytes: members are sorted, with the earliest time that a ZIP can say, uncompressed, so
whoever has the sources can tell that a file was made of them.
"""

import sys
import zipfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_START: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = b"import sys\n\nfrom crypto.verifier.__main__ import main\n\nsys.exit(main())\n"


def pack(out: Path) -> None:
    """Write the file and make it executable; a file of that name is replaced."""
    sources = {"__main__.py": _MAIN, "crypto/__init__.py": b'"""Of Driehoek: the verifier only."""\n'}
    for path in sorted((HERE / "verifier").glob("*.py")):
        sources[f"crypto/verifier/{path.name}"] = path.read_bytes()
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        file.write(_START)
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in sources.items():
                archive.writestr(zipfile.ZipInfo(name), content)
    out.chmod(0o755)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
