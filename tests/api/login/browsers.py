"""A browser as far as logging in needs one: cookies, redirects, and nothing of its own accord."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from ops.wiring import CellService
from tests.api.people import Clock

ORIGIN: Final = "http://localhost:8400"
ME: Final = "/v1/people/me"
SESSION: Final = "driehoek-session"
OWN: Final = {"Origin": ORIGIN}


@dataclass
class Server:
    """A running server, the cell behind it, and its clock."""

    url: str
    service: CellService
    clock: Clock


@dataclass
class Browser:
    """A browser: it keeps cookies by their name and sends them to our server, whatever address that has here."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    line: ClassVar[httpx.Client]
    """Shared by all of them; what it would keep of cookies is thrown away."""

    @classmethod
    def ask(cls, method: str, url: str, **options: Any) -> httpx.Response:
        """A request to anybody, with no cookies but those that it names."""
        cls.line.cookies.clear()
        return cls.line.request(method, url, **options)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """A request to our server."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers = {**(sent if self.cookies else {}), **options.pop("headers", {})}
        answer = self.ask(method, self.url + path, headers=headers, **options)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if not self.cookies[name]:
                del self.cookies[name]
        return answer

    def leave(self, path: str = "/login") -> str:
        """Begin a login: the address back, with the provider's answer in it."""
        begun = self.send("GET", path)
        assert begun.status_code == 303
        back = self.ask("GET", begun.headers["Location"])
        assert back.status_code == 302, back.text
        return str(back.headers["Location"])

    def come_back(self, location: str, **changes: str | None) -> httpx.Response:
        """Return to our server, with changes to the provider's answer."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()} | changes
        return self.send("GET", "/login/return", params={n: v for n, v in asked.items() if v is not None})

    def log_in(self) -> "Browser":
        """A login that must succeed."""
        assert self.come_back(self.leave()).status_code == 303
        assert SESSION in self.cookies
        return self

    def me(self) -> int:
        """Whether the server knows who this is."""
        return self.send("GET", ME).status_code


def refused(answer: httpx.Response, status: int = 400, name: str = "login-failed") -> None:
    """The answer is this problem and gives no session."""
    assert (answer.status_code, answer.json()["type"]) == (status, f"/v1/problems/{name}")
    assert SESSION not in str(answer.headers.get_list("set-cookie"))
