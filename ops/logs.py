"""Logs: one JSON object a line, of allowed fields only.

A log is a place where content could rest. So a field that isn't on the list is dropped, whatever it holds; so are
exception texts and tracebacks, which quote values: an error's type and place say enough to find it.
"""

import logging
import sys
from typing import Any, Final

import structlog

ALLOWED: Final = frozenset(
    {"event", "level", "timestamp", "error", "where", "view", "status", "method", "route", "milliseconds", "url",
     "cell", "revisions", "pid", "count", "position", "epoch", "streams", "witness"}
)  # fmt: skip
"""The fields that a log line may have. None of them ever holds what a person typed."""


def configure() -> None:
    """Send structlog and the standard library's logging to stderr, through the same sieve."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Sieve()]
    root.setLevel(logging.WARNING)


def only_allowed(_logger: Any, _method: str, fields: Any) -> Any:
    """Drop every field that isn't on the list."""
    return {name: value for name, value in fields.items() if name in ALLOWED}


class _Sieve(logging.Handler):
    """A library's log record as its logger's name, its level and an exception's type and place: never its text."""

    def emit(self, record: logging.LogRecord) -> None:
        error = where = None
        if record.exc_info and record.exc_info[1] is not None:
            error, where = type(record.exc_info[1]).__name__, place_of(record.exc_info[1])
        structlog.get_logger().log(record.levelno, record.name, error=error, where=where)


def place_of(error: BaseException) -> str:
    """File and line where an error was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
