"""The tripartite contract: draft, assent, signatures, activation; and again for every amendment."""

from fastapi import APIRouter, Response

from api import contract_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from api.step_up import PROBLEMS, SteppedUp
from domain import contract as c

router = APIRouter(prefix="/v1/engagements/{engagement_id}/contract", tags=["contract"])


@router.post(
    "/drafts",
    status_code=201,
    responses=changes(
        "no-coach-yet",
        "no-objectives",
        "too-many-objectives",
        "objective-quality-missing",
        "indicator-missing",
        "demands-missing",
        "expectations-missing",
        "interests-missing",
        "coaching-request-missing",
        "complaint-route-missing",
        "timing-missing",
        "follow-up-without-time",
        "aggregate-too-small",
        "empty-reporting-clause",
        "clause-permits-too-much",
        "clause-without-compartment",
        "clause-lifetime-out-of-range",
    ),
)
def draft_contract(
    engagement_id: EngagementId, body: bodies.Draft, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Write a contract version, or an amendment. Its authors and the coach read it until both authors assent."""
    return act(behind, response, engagement_id, c.DraftContract(body.document()), asked)


@router.post(
    "/assents",
    status_code=201,
    responses=changes(
        "no-draft", "another-contract-version", "already-offered", "already-assented", "content-changed", *PROBLEMS
    ),
    dependencies=[SteppedUp],
)
def assent_to_contract(
    engagement_id: EngagementId, body: bodies.DocumentReference, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Assent as an author (P9). With the second assent all four see what the version's own clause shows them."""
    command = c.AssentToContract(body.contract_version, bytes.fromhex(body.document_hash))
    return act(behind, response, engagement_id, command, asked)


@router.post(
    "/signatures",
    status_code=201,
    responses=changes(
        "no-draft", "another-contract-version", "not-offered", "already-signed", "signature-invalid", *PROBLEMS
    ),
    dependencies=[SteppedUp],
)
def sign_contract(
    engagement_id: EngagementId, body: bodies.Signature, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Sign the version's one hash (P2)."""
    signature = bytes.fromhex(body.signature) if body.signature else None
    command = c.SignContract(body.contract_version, bytes.fromhex(body.document_hash), signature)
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/in-force",
    responses=changes(
        "no-draft",
        "another-contract-version",
        "already-active",
        "signature-missing",
        "conflict-undeclared",
        "conflict-unresolved",
    ),
)
def activate_contract(
    engagement_id: EngagementId, body: bodies.Activation, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Put a fully signed version and its clause in force (P2); no conflict of interest is in the way (P24)."""
    return act(behind, response, engagement_id, c.ActivateContract(body.contract_version), asked)
