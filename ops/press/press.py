"""The press: documents are set in processes of their own, few at a time.

Setting type is work for a processor and for a large library in another language, done on what people typed. So it
happens outside: a process gets a sheet and nothing else, neither keys nor environment, has limits of memory and time,
and ends with its document. What it held in memory is gone then; it writes no file. A document that breaks it breaks
nothing else.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import structlog

from ops.press import setter
from projections.documents.glyphs import FONTS, TEMPLATES, in_all
from projections.documents.sheet import CannotBeSet, Sheet

_log = structlog.get_logger()

AT_ONCE: Final = 2
PATIENCE: Final = 30.0
"""Seconds that a document waits for its turn, and then again for its being set."""


class TypstPress:
    """Sets documents with typst, as PDF/UA-1 with the bundled fonts.

    Args:
        at_once: how many are set at the same time.
        patience: seconds to wait for a turn, and for the document.
    """

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._turns, self._patience = BoundedSemaphore(at_once), patience

    def set(self, sheet: Sheet) -> bytes:
        """A document as PDF; the same sheet gives the same bytes.

        Raises:
            CannotBeSet: there is no turn in time, or it can't be set within its limits.
        """
        with self._turn():
            code, made = self._run(sheet, plainly=False)
            if code == setter.NO_GLYPH:  # characters that each have a glyph, but no one font has all of a cluster
                code, made = self._run(sheet, plainly=True)
        if code != 0:
            _log.warning("document_not_set", error="SetterFailed")
            raise CannotBeSet
        return made

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise CannotBeSet
        try:
            yield
        finally:
            self._turns.release()

    def _run(self, sheet: Sheet, *, plainly: bool) -> tuple[int, bytes]:
        order = {"sheet": in_all(sheet.data(), plainly=plainly), "at": int(sheet.at.timestamp())}
        try:
            done = subprocess.run(  # noqa: S603 - our own program; what people typed goes through its standard input
                [sys.executable, "-I", Path(setter.__file__), TEMPLATES / "sheet.typ", FONTS],
                input=json.dumps(order, ensure_ascii=False).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"RAYON_NUM_THREADS": "1"},
                timeout=self._patience,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            _log.warning("document_not_set", error=type(error).__name__)
            raise CannotBeSet from error
        return done.returncode, done.stdout
