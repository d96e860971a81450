"""The program that sets one document and ends: a sheet comes in on standard input, a PDF goes out on standard output.

It is run by its path and knows nothing of the rest: no keys, no settings, no environment. Its limits are set before it
reads anything; what it held is gone with it. Exit codes: 0 a document, 3 no font has some of its characters together,
1 anything else. Nothing is ever written of what went wrong: it would say what the document says.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Final

NO_GLYPH: Final = 3
STANDARD: Final = "ua-1"
_MOST_MEMORY: Final = 3 * 1024**3
_MOST_SECONDS: Final = 60


def main(template: Path, fonts: Path) -> int:
    """Set what standard input says.

    Args:
        template: the template's file.
        fonts: the folder with the bundled fonts.
    """
    import typst  # noqa: PLC0415 - whoever looks up the exit codes here doesn't load a compiler beside its keys

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    order = json.load(sys.stdin.buffer)
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts)])
    try:
        made = typst.compile(
            template.read_bytes(),
            format="pdf",
            font_paths=known,
            sys_inputs={"sheet": json.dumps(order["sheet"], ensure_ascii=False)},
            pdf_standards=[STANDARD],
            timestamp=order["at"],
        )
    except typst.TypstError as error:
        return NO_GLYPH if "could not be displayed" in error.message else 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*(Path(argument) for argument in sys.argv[1:])))
    except Exception:  # noqa: BLE001 - a traceback would show what was being set
        sys.exit(1)
