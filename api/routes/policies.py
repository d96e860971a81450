"""The process policy, for whoever reads a contract that pins a version of it."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.asking import Asker, InBackend
from api.recording import of_nobody
from api.routes.acting import reads
from domain.adherence.parameters import newest
from domain.adherence.publication import NAMES

router = APIRouter(prefix="/v1/policies", tags=["oversight"])


class Policy(BaseModel):
    """One version: its parameters by name, whole numbers, in the unit that each name ends in."""

    version: int
    parameters: dict[str, int]


class Policies(BaseModel):
    """Every version, oldest first."""

    newest: int = Field(description="What a contract that is drafted now pins.")
    entries: list[Policy]


@router.get("", responses=reads(), dependencies=[Depends(of_nobody)])
def process_policies(behind: InBackend, _: Asker) -> Policies:
    """How many days, which ratios: what adherence is judged by, version by version. Shows nothing of anybody."""
    published = behind.write_side.policies()
    return Policies(
        newest=newest(published).version,
        entries=[
            Policy(version=number, parameters={name: getattr(published[number], name) for name in NAMES})
            for number in sorted(published)
        ],
    )
