"""A typed client of Driehoek's HTTP API, on httpx.

``Client`` and ``AsyncClient`` have one attribute for each group of operations, with one method for each operation::

    with Client("https://driehoek.example", token) as driehoek:
        for one in driehoek.engagements.list_engagements():
            print(one["title"], one["status"])

Read in this order: ``client`` (what one is made of), ``answers``, ``problems`` and ``pages`` (what comes back),
``calls`` (what a request consists of), ``retries`` and ``wire`` (how it is sent, and sent again). ``models``,
``operations`` and ``async_operations`` are made from the API's description.
"""

from driehoek_client import models
from driehoek_client.answers import Answer, Download
from driehoek_client.client import AsyncClient, Client
from driehoek_client.pages import AsyncPages, Pages
from driehoek_client.problems import (
    Conflict,
    Damaged,
    DriehoekError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Problem,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unexpected,
    Unreachable,
)
from driehoek_client.retries import Retry

__all__ = [
    "Answer",
    "AsyncClient",
    "AsyncPages",
    "Client",
    "Conflict",
    "Damaged",
    "Download",
    "DriehoekError",
    "Forbidden",
    "Gone",
    "Invalid",
    "NotFound",
    "Pages",
    "Problem",
    "Retry",
    "Stale",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Unexpected",
    "Unreachable",
    "models",
]
