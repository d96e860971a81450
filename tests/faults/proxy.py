"""A relay between a client and the server's Unix socket, which can lose an answer on purpose.

A connection that dies while its commit is on the way back is the one moment that can't be made by terminating a
server process: the server is done, the client has heard nothing. The relay makes it: armed, it passes the next message
to the server, waits for the answer, and cuts the line instead of passing it on.
"""

import contextlib
import select
import socket
import tempfile
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

_NAME = ".s.PGSQL.5432"


class Relay:
    """Listens in a folder of its own; `url(...)` of a database is the same with that folder as host."""

    def __init__(self, server: Path) -> None:
        self._server = server / _NAME
        self._folder = tempfile.TemporaryDirectory(prefix="driehoek-relay-")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self._folder.name) / _NAME))
        self._listener.listen()
        self._armed = Event()
        self.cut = Event()
        self._threads = [Thread(target=self._accept)]

    def url(self, url: str) -> str:
        """`url` by way of this relay."""
        return url.replace(str(self._server.parent), self._folder.name)

    def lose_next_answer(self) -> None:
        """From now on, the first answer to a new message is lost, and the line with it; then all is well again."""
        self.cut.clear()
        self._armed.set()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
        self._folder.cleanup()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                self._threads.append(Thread(target=self._relay, args=(client,)))
                self._threads[-1].start()

    def _relay(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server, contextlib.suppress(OSError):
            server.connect(str(self._server))
            doomed = False
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    data = ready.recv(1 << 16)
                    if not data:
                        return
                    if ready is server and doomed:
                        self.cut.set()
                        return
                    if ready is client and self._armed.is_set():
                        self._armed.clear()
                        doomed = True
                    (server if ready is client else client).sendall(data)
