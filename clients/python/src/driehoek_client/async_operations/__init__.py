# Made by `make reference` from api/openapi.json; don't edit.
"""All operations by group, for asyncio."""

from driehoek_client.async_operations.access_log import AsyncAccessLog
from driehoek_client.async_operations.api_keys import AsyncApiKeys
from driehoek_client.async_operations.audit import AsyncAudit
from driehoek_client.async_operations.candidates import AsyncCandidates
from driehoek_client.async_operations.changes import AsyncChanges
from driehoek_client.async_operations.commitments import AsyncCommitments
from driehoek_client.async_operations.conflicts_of_interest import AsyncConflictsOfInterest
from driehoek_client.async_operations.contract import AsyncContract
from driehoek_client.async_operations.disclosures import AsyncDisclosures
from driehoek_client.async_operations.documents import AsyncDocuments
from driehoek_client.async_operations.endings import AsyncEndings
from driehoek_client.async_operations.engagements import AsyncEngagements
from driehoek_client.async_operations.ethics import AsyncEthics
from driehoek_client.async_operations.experiments import AsyncExperiments
from driehoek_client.async_operations.grants import AsyncGrants
from driehoek_client.async_operations.operations import AsyncOperations
from driehoek_client.async_operations.oversight import AsyncOversight
from driehoek_client.async_operations.passkeys import AsyncPasskeys
from driehoek_client.async_operations.people_and_organisations import AsyncPeopleAndOrganisations
from driehoek_client.async_operations.personal import AsyncPersonal
from driehoek_client.async_operations.practice import AsyncPractice
from driehoek_client.async_operations.programmes import AsyncProgrammes
from driehoek_client.async_operations.reporting import AsyncReporting
from driehoek_client.async_operations.results import AsyncResults
from driehoek_client.async_operations.sessions import AsyncSessions
from driehoek_client.async_operations.views import AsyncViews
from driehoek_client.async_operations.webhooks import AsyncWebhooks
from driehoek_client.wire import AsyncWire


class AsyncGroups:
    """All operations by group, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self.access_log = AsyncAccessLog(wire)
        self.api_keys = AsyncApiKeys(wire)
        self.audit = AsyncAudit(wire)
        self.candidates = AsyncCandidates(wire)
        self.changes = AsyncChanges(wire)
        self.commitments = AsyncCommitments(wire)
        self.conflicts_of_interest = AsyncConflictsOfInterest(wire)
        self.contract = AsyncContract(wire)
        self.disclosures = AsyncDisclosures(wire)
        self.documents = AsyncDocuments(wire)
        self.endings = AsyncEndings(wire)
        self.engagements = AsyncEngagements(wire)
        self.ethics = AsyncEthics(wire)
        self.experiments = AsyncExperiments(wire)
        self.grants = AsyncGrants(wire)
        self.operations = AsyncOperations(wire)
        self.oversight = AsyncOversight(wire)
        self.passkeys = AsyncPasskeys(wire)
        self.people_and_organisations = AsyncPeopleAndOrganisations(wire)
        self.personal = AsyncPersonal(wire)
        self.practice = AsyncPractice(wire)
        self.programmes = AsyncProgrammes(wire)
        self.reporting = AsyncReporting(wire)
        self.results = AsyncResults(wire)
        self.sessions = AsyncSessions(wire)
        self.views = AsyncViews(wire)
        self.webhooks = AsyncWebhooks(wire)
