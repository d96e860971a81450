"""People, organisations, and the overseers whom the operator appoints."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api import bodies
from api.asking import Asker, InBackend, Writing
from api.recording import InReads
from api.routes.acting import Done, additions, done, reads
from domain.errors import NotYours
from domain.principals import Person
from domain.reads import Purpose, View
from domain.vocabulary import Role

router = APIRouter(prefix="/v1", tags=["people and organisations"])

_REGISTERED = ("already-registered", "unknown-person")


@router.post("/people", status_code=201, responses=additions(*_REGISTERED))
def register_person(body: bodies.Person, writing: Writing, behind: InBackend, asker: Asker, response: Response) -> Done:
    """Register yourself. Your keys are made now; your id follows from who vouches for you."""
    return done(response, behind.write_side.register_person(asker.person, body.content(), writing.asked))


class Me(BaseModel):
    """Yourself."""

    id: str
    version: str
    registered: bool


@router.get("/people/me", responses=reads())
def who_am_i(behind: InBackend, asker: Asker, recorded: InReads) -> Me:
    """Your own id, which you give to who wants to name you in an engagement."""
    person = behind.write_side.load(Person, asker.person)
    recorded.of_own(Purpose.OWN_RECORD, View.OWN_RECORD)
    return Me(id=str(asker.person), version=f"v{person.seen_by(Role.SELF)}", registered=bool(person.version))


@router.post("/organisations", status_code=201, responses=additions(*_REGISTERED))
def register_organisation(body: bodies.Organisation, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Register the organisation that you represent."""
    return done(response, behind.write_side.register_organisation(body.content(), writing.asked))


@router.post(
    "/oversight/appointments",
    status_code=201,
    responses=additions(*_REGISTERED, "operator-only"),
    tags=["oversight"],
)
def appoint(body: bodies.Appointment, writing: Writing, behind: InBackend, asker: Asker, response: Response) -> Done:
    """Appoint a coaching supervisor or an auditor. The operator's act; it gives process facts, never content."""
    if asker.subject != behind.operator:
        raise NotYours("operator-only")
    role = Role[body.role.upper()]
    return done(response, behind.write_side.appoint(body.person_id, role, writing.asked))
