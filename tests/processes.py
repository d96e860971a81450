"""The product as its users start it: commands and servers in processes of their own, with a home of their own.

All of them are forked from a process that has imported the product and done nothing else, which spares each of hundreds
its seconds of imports. They are processes all the same, with their own arguments, environment, folder and descriptors,
and can be killed. That the console script itself works, the first tests of the command line see (``DRIEHOEK``).
"""

import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final, Self

ROOT: Final = Path(__file__).parents[1]
DRIEHOEK = (str(Path(sys.executable).with_name("driehoek")),)
COMMAND: Final = "ops.cli"
"""The module behind the console script."""
PATIENCE = 120
"""Seconds that a command may take on a busy machine."""
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["ops.cli", "ops.server", "ops.store.migrate", "alembic.command", "alembic.context"])


def _be(program: str, arguments: list[str], environment: dict[str, str], folder: str, *ends: Connection | None) -> None:
    """Be a program, in a forked process: what ``python -m`` does, its descriptors 0 to 2 being these ends of pipes."""
    for descriptor, end in enumerate(ends):
        opened = os.open(os.devnull, os.O_RDWR) if end is None else os.dup(end.fileno())
        os.dup2(opened, descriptor)
        os.close(opened)
        if end is not None:
            end.close()
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tempfile.tempdir = None
    sys.argv = [program, *arguments]
    if program == COMMAND:
        from ops.cli import main  # noqa: PLC0415 - already imported, by the process that this one was forked from

        main()
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _file(end: Connection, mode: str) -> IO[bytes]:
    """Our end of a pipe, as a file."""
    with end:
        return os.fdopen(os.dup(end.fileno()), mode)


class Forked:
    """A program that runs, with the members of ``subprocess.Popen`` that tests use; all that it prints is a pipe.

    Args:
        program: a module, as after ``python -m``.
        arguments: its arguments.
        environment: its environment, whole.
        folder: where it runs.
    """

    def __init__(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None, folder: Path = ROOT
    ) -> None:
        """Start it."""
        pipes = [NURSERY.Pipe(duplex=False) for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        asked = (program, list(arguments), dict(os.environ if environment is None else environment), str(folder))
        self._process = NURSERY.Process(target=_be, args=(*asked, *theirs))
        self._process.start()
        for end in theirs:
            end.close()
        self.stdin = _file(pipes[0][1], "wb")
        self.stdout, self.stderr = _file(pipes[1][0], "rb"), _file(pipes[2][0], "rb")
        self.terminate, self.kill = self._process.terminate, self._process.kill

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; minus the signal that killed it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        return code

    def communicate(self, said: bytes = b"", timeout: float = PATIENCE) -> tuple[bytes, bytes]:
        """Say something, and hear all that it prints until its end; it is killed when that takes too long."""
        heard: dict[IO[bytes], bytes] = {}
        listening = [
            Thread(target=lambda pipe=pipe: heard.__setitem__(pipe, pipe.read())) for pipe in (self.stdout, self.stderr)
        ]
        for one in listening:
            one.start()
        with suppress(BrokenPipeError):
            self.stdin.write(said)
            self.stdin.close()
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            for one in listening:
                one.join()
        return heard[self.stdout], heard[self.stderr]

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for its end, and close the pipes."""
        with suppress(BrokenPipeError):
            self.stdin.close()
        self.wait()
        self.stdout.close()
        self.stderr.close()


def run(
    program: str,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    said: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end: how it ended, and what it printed."""
    with Forked(program, *arguments, environment=environment, folder=folder) as process:
        out, err = process.communicate(said)
        return subprocess.CompletedProcess(arguments, process.wait(), out.decode(), err.decode())


@dataclass
class Home:
    """A folder that processes live in; everything they print is kept.

    Attributes:
        path: the folder; keys, the embedded server and temporary files go below it.
        environment: what is set for every process besides.
        printed: everything that was printed, by whatever process.
    """

    path: Path
    environment: dict[str, str] = field(default_factory=dict)
    printed: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the folder for temporary files."""
        temporary = self.path / "tmp"
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o1777)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return self.told(b"", *arguments, **environment)

    def told(self, said: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and tell it this."""
        done = run(COMMAND, *arguments, environment=self.variables(**environment), folder=self.path, said=said)
        self.printed += [done.stdout.encode(), done.stderr.encode()]
        return done

    def answer(self, *arguments: str, **environment: str) -> Any:
        """What a command that must succeed prints as JSON."""
        done = self.run(*arguments, "--json", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str, **environment: str) -> Forked:
        """Start a command that runs until it is stopped."""
        return Forked(COMMAND, *arguments, environment=self.variables(**environment), folder=self.path)

    @contextmanager
    def serving(self, *arguments: str, command: str = "serve", **environment: str) -> Iterator[str]:
        """A running server's base URL; the server is told to stop at the end, and must."""
        with self.start(command, *arguments, DRIEHOEK_PORT="0", **environment) as process:
            drain = Thread(target=self._keep, args=(process.stderr,))
            try:
                url = self._url(process.stderr)
                drain.start()
                yield url
            finally:
                process.terminate()
                process.wait()
            drain.join()

    def _url(self, errors: IO[bytes]) -> str:
        for line in errors:
            self.printed.append(line)
            if b'"serving"' in line:
                return str(json.loads(line)["url"])
        raise AssertionError("the server ended before it served")

    def _keep(self, errors: IO[bytes]) -> None:
        self.printed += list(errors)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of its processes."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {"DRIEHOEK_HOME": str(self.path), "TMPDIR": str(self.path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**inherited, **ours, **self.environment, **more}
