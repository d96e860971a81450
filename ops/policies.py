"""The operator's side of the process policy: which versions there are, and publishing the next one out of a file."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from domain.adherence.parameters import Parameters, newest
from domain.adherence.publication import NAMES, PublishPolicy
from domain.application import Request
from domain.principals import CELL_ID, SERVICE_ID
from ops.wiring import CellService


class PolicyFileError(Exception):
    """A file doesn't hold parameters of a policy. Says what is wrong with it, not what is in it."""


def read_parameters(file: Path) -> Mapping[str, int]:
    """The parameters that a TOML file sets: lines like ``voice_days = 10``.

    Raises:
        PolicyFileError: it isn't TOML in UTF-8, or something in it isn't a whole number.
        OSError: it can't be read.
    """
    try:
        found = tomllib.loads(file.read_bytes().decode())
    except ValueError:  # what isn't TOML and what isn't UTF-8 alike
        raise PolicyFileError("the file isn't TOML in UTF-8") from None
    if not all(type(value) is int for value in found.values()):
        raise PolicyFileError("a parameter's value is a whole number")
    return found


def publish(service: CellService, parameters: Mapping[str, int], at: datetime) -> Parameters:
    """Publish the next version; returns it.

    Raises:
        Invalid: a parameter isn't known or is out of its range, or nothing would change.
    """
    command = uuid4()
    request = Request(SERVICE_ID, at, command, service.digest(command.bytes))
    service.write_side.execute(CELL_ID, PublishPolicy(parameters), request)
    return newest(service.write_side.policies())


def as_json(policy: Parameters) -> dict[str, Any]:
    """A version as programs read it."""
    return {"version": policy.version, "parameters": {name: getattr(policy, name) for name in NAMES}}
