"""An event source as a browser has it (WHATWG HTML, section 9.2), in plain steps, so that tests can cut it anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.api.people import Api


@dataclass
class Source:
    """What came, as bytes and as events; ``last_id`` is what the next connection names.

    Attributes:
        events: number, type and data of each.
        raw: all bytes but comments, of all connections.
        beats: how many comments there were.
    """

    last_id: str = ""
    events: list[tuple[int, str, str]] = field(default_factory=list)
    raw: bytes = b""
    beats: int = 0

    def take(self, pieces: Iterator[bytes]) -> Iterator[tuple[int, str, str]]:
        """Each event once its last line is there; what is cut off is forgotten, as the specification says."""
        rest = b""
        for piece in pieces:
            rest += piece
            while b"\n\n" in rest:
                frame, rest = rest.split(b"\n\n", 1)
                if frame == b":":
                    self.beats += 1
                    continue
                fields = dict(line.split(": ", 1) for line in frame.decode().split("\n"))
                self.last_id = fields.get("id", self.last_id)
                if "data" in fields:
                    self.raw += frame + b"\n\n"
                    self.events.append((int(self.last_id), fields["event"], fields["data"]))
                    yield self.events[-1]

    @contextmanager
    def opened(self, api: Api, subject: str, **params: int) -> Iterator[Iterator[tuple[int, str, str]]]:
        """A connection, from where the last one ended; for a subject, or with what an Authorization header has."""
        shown = {"Authorization": subject} if subject.startswith("Bearer ") else api.bearer(subject)
        headers = {**shown, **({"Last-Event-ID": self.last_id} if self.last_id else {})}
        with (
            httpx.Client(base_url=api.client.base_url, timeout=60) as client,
            client.stream("GET", "/v1/stream", headers=headers, params=params) as answer,
        ):
            assert answer.status_code == 200, answer.status_code
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            assert answer.headers["Cache-Control"] == "no-store"
            yield self.take(answer.iter_raw())
