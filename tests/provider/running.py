"""The provider as a test sees it: a process, its address, and what it is told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from ops.clock import now

ROOT: Final = Path(__file__).resolve().parents[2]
AUDIENCE: Final = "driehoek"


@dataclass
class Running:
    """A provider that runs.

    Attributes:
        issuer: its address, which is its issuer.
        client: speaks to it.
        process: it.
    """

    issuer: str
    client: httpx.Client
    process: "subprocess.Popen[str]"

    def behave(self, mode: str) -> None:
        """Answer like this from now on: ``well``, or one of the ways in ``tests.provider.app``."""
        self.client.post("/control/behave", json={"mode": mode}).raise_for_status()

    def spoil(self, **otherwise: Any) -> None:
        """Spoil logins like this from now on, as ``tests.provider.login`` says; with nothing, none."""
        self.client.post("/control/spoil", json=otherwise).raise_for_status()

    def rotate(self, kid: str) -> None:
        """Sign with a new key, and withdraw the old ones."""
        self.client.post("/control/rotate", json={"kid": kid}).raise_for_status()

    def asked(self, path: str) -> int:
        """How often somebody asked for a path."""
        return int(self.client.get("/control/asked").json().get(path, 0))

    def fetches(self) -> int:
        """How often somebody asked for the configuration, which comes before anything else."""
        return self.asked("/.well-known/openid-configuration")

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What an access token says; None takes a claim away."""
        moment = now()
        claims = {
            "iss": self.issuer, "aud": AUDIENCE, "sub": "ann", "iat": int(moment.timestamp()),
            "exp": int((moment + timedelta(hours=1)).timestamp()), **changes,
        }  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, *, kid: str | None = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A token that it signed, with one of its keys, by default the newest."""
        body = {"claims": self.claims(**changes), "header": {"typ": "at+jwt", **(header or {})}, "kid": kid}
        # With Python's own numbers, Infinity among them.
        headers = {"Content-Type": "application/json"}
        answer = self.client.post("/control/token", content=json.dumps(body), headers=headers)
        answer.raise_for_status()
        return answer.text

    def stop(self) -> None:
        """Be out of reach, for good."""
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def provider() -> Iterator[Running]:
    """A provider in a process of its own."""
    command = [sys.executable, "-m", "tests.provider.app"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        issuer = f"http://127.0.0.1:{int(process.stdout.readline())}"
        try:
            with httpx.Client(base_url=issuer, timeout=30) as client:
                yield Running(issuer, client, process)
        finally:
            process.terminate()
