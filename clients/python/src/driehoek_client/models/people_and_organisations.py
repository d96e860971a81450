# Made by `make reference` from api/openapi.json; don't edit.
"""Models: people and organisations."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Me(TypedDict):
    """Yourself."""

    id: str
    version: str
    registered: bool


class Organisation(TypedDict):
    """The organisation that you represent."""

    name: str


class Person(TypedDict):
    """Yourself, as you want to be known to the service."""

    name: str
    email: str
    language: NotRequired[Literal["nl", "fr", "en"]]
