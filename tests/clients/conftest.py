"""The API's own server and people, for clients that are programs of their own."""

import pytest

from tests.api.conftest import api, api_settings, log, new_cast
from tests.api.people import Api, Cast

__all__ = ["api", "api_settings", "log", "new_cast"]


@pytest.fixture(scope="module")
def url(api: Api) -> str:
    """The base URL of the server."""
    return str(api.client.base_url)


def token_of(cast: Cast, who: str) -> str:
    """Somebody's token."""
    return cast.api.bearer(cast.subject(who))["Authorization"].removeprefix("Bearer ")
