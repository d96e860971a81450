"""Fetches what a log has over HTTP, in bounded memory, and reads the policy that it is judged by."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from crypto.verifier.policy import MAX_POLICY, Policy
from crypto.verifier.refused import Refused
from ops.audit.errors import LogOutOfReach, LogUnbelievable, NotAPolicy
from ops.audit.follow import Fetch

_SECONDS: Final = 30.0
_OK: Final = 200


@contextmanager
def fetching(url: str, token: str | None) -> Iterator[Fetch]:
    """A fetcher for the log below a URL; follows no redirects, and sends the token nowhere else.

    Raises:
        LogOutOfReach: the URL isn't one of HTTP.
    """
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    base = url.rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise LogOutOfReach("the log's address is no http or https URL")
    with httpx.Client(headers=headers, timeout=_SECONDS) as client:
        yield lambda path, limit: _get(client, f"{base}/{path}", limit)


def _get(client: httpx.Client, url: str, limit: int) -> bytes:
    try:
        with client.stream("GET", url) as response:
            if response.status_code != _OK:
                raise LogOutOfReach(f"the log answered with {response.status_code}")
            found = b""
            for piece in response.iter_bytes():
                found += piece
                if len(found) > limit:
                    raise LogUnbelievable("the log gave more than there can be")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LogOutOfReach(f"the log can't be reached: {type(error).__name__}") from None
    return found


def policy_in(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        NotAPolicy: it isn't one; says which line.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_POLICY + 1)
    try:
        return Policy.parse(raw)
    except Refused as refused:
        raise NotAPolicy(f"the policy: {refused.reason}") from None
