"""The product as its users start it: commands and servers in processes of their own, with a home of their own.

A command that runs to its end is forked from a process that has imported the product and done nothing else, which
spares each of hundreds its second of imports. It is a process all the same, with its own arguments, environment,
folder and descriptors. Servers and workers, and commands that are killed, are started as users start them.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, Any

DRIEHOEK = (str(Path(sys.executable).with_name("driehoek")),)
PATIENCE = 60
"""Seconds that a command may take on a busy machine."""
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["ops.cli", "ops.server", "ops.store.migrate"])


def _command(arguments: list[str], environment: dict[str, str], folder: str, out: str, err: str) -> None:
    """What the console script does, in a forked process."""
    for path, descriptor, flags in ((os.devnull, 0, os.O_RDONLY), (out, 1, os.O_WRONLY), (err, 2, os.O_WRONLY)):
        opened = os.open(path, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tempfile.tempdir = None
    sys.argv = [*DRIEHOEK, *arguments]
    from ops.cli import main  # noqa: PLC0415 - already imported, by the process that this one was forked from

    main()


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
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            asked = (list(arguments), self._environment(environment), str(self.path), out.name, err.name)
            process = NURSERY.Process(target=_command, args=asked)
            process.start()
            process.join(PATIENCE)
            if process.exitcode is None:
                process.kill()
                process.join()
                raise subprocess.TimeoutExpired(arguments, PATIENCE)
            stdout, stderr = out.read(), err.read()
        self.printed += [stdout, stderr]
        return subprocess.CompletedProcess(arguments, process.exitcode, stdout.decode(), stderr.decode())

    def answer(self, *arguments: str, **environment: str) -> Any:
        """What a command that must succeed prints as JSON."""
        done = self.run(*arguments, "--json", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a command that runs until it is stopped; its standard error is a pipe."""
        return subprocess.Popen(
            [*DRIEHOEK, *arguments], env=self._environment(environment), cwd=self.path,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    @contextmanager
    def serving(self, *arguments: str, command: str = "serve", **environment: str) -> Iterator[str]:
        """A running server's base URL; the server is told to stop at the end, and must."""
        process = self.start(command, *arguments, DRIEHOEK_PORT="0", **environment)
        assert process.stderr is not None
        with process.stderr as errors:
            try:
                url = self._url(errors)
                drain = Thread(target=self._keep, args=(errors,))
                drain.start()
                yield url
            finally:
                process.terminate()
                process.wait(PATIENCE)
            drain.join()

    def _url(self, errors: IO[bytes]) -> str:
        for line in errors:
            self.printed.append(line)
            if b'"serving"' in line:
                return str(json.loads(line)["url"])
        raise AssertionError("the server ended before it served")

    def _keep(self, errors: IO[bytes]) -> None:
        self.printed += list(errors)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {"DRIEHOEK_HOME": str(self.path), "TMPDIR": str(self.path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**inherited, **ours, **self.environment, **more}
