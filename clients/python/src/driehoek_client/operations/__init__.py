# Made by `make reference` from api/openapi.json; don't edit.
"""All operations by group."""

from driehoek_client.operations.access_log import AccessLog
from driehoek_client.operations.api_keys import ApiKeys
from driehoek_client.operations.audit import Audit
from driehoek_client.operations.candidates import Candidates
from driehoek_client.operations.changes import Changes
from driehoek_client.operations.commitments import Commitments
from driehoek_client.operations.conflicts_of_interest import ConflictsOfInterest
from driehoek_client.operations.contract import Contract
from driehoek_client.operations.disclosures import Disclosures
from driehoek_client.operations.documents import Documents
from driehoek_client.operations.endings import Endings
from driehoek_client.operations.engagements import Engagements
from driehoek_client.operations.ethics import Ethics
from driehoek_client.operations.experiments import Experiments
from driehoek_client.operations.grants import Grants
from driehoek_client.operations.operations import Operations
from driehoek_client.operations.oversight import Oversight
from driehoek_client.operations.passkeys import Passkeys
from driehoek_client.operations.people_and_organisations import PeopleAndOrganisations
from driehoek_client.operations.personal import Personal
from driehoek_client.operations.practice import Practice
from driehoek_client.operations.programmes import Programmes
from driehoek_client.operations.reporting import Reporting
from driehoek_client.operations.results import Results
from driehoek_client.operations.sessions import Sessions
from driehoek_client.operations.views import Views
from driehoek_client.operations.webhooks import Webhooks
from driehoek_client.wire import Wire


class Groups:
    """All operations by group."""

    def __init__(self, wire: Wire) -> None:
        self.access_log = AccessLog(wire)
        self.api_keys = ApiKeys(wire)
        self.audit = Audit(wire)
        self.candidates = Candidates(wire)
        self.changes = Changes(wire)
        self.commitments = Commitments(wire)
        self.conflicts_of_interest = ConflictsOfInterest(wire)
        self.contract = Contract(wire)
        self.disclosures = Disclosures(wire)
        self.documents = Documents(wire)
        self.endings = Endings(wire)
        self.engagements = Engagements(wire)
        self.ethics = Ethics(wire)
        self.experiments = Experiments(wire)
        self.grants = Grants(wire)
        self.operations = Operations(wire)
        self.oversight = Oversight(wire)
        self.passkeys = Passkeys(wire)
        self.people_and_organisations = PeopleAndOrganisations(wire)
        self.personal = Personal(wire)
        self.practice = Practice(wire)
        self.programmes = Programmes(wire)
        self.reporting = Reporting(wire)
        self.results = Results(wire)
        self.sessions = Sessions(wire)
        self.views = Views(wire)
        self.webhooks = Webhooks(wire)
