"""Plays a script: every act is a request of the person who does it, with their own token, over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx

from ops.demo.script import UNVERSIONED, Script, Step, request_of

VIEWS: Final = {
    "representative": "sponsor-organisation",
    "line_manager": "line-manager",
    "coach": "coach",
    "coachee": "coachee",
}
"""Whose view is which."""


class Refused(Exception):  # noqa: N818 - an answer that the script didn't expect
    """The API refused a step. Says which step and which problem, never what was typed."""

    def __init__(self, where: str, response: httpx.Response) -> None:
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        details = [{"at": e["location"], "mistake": e["mistake"]} for e in problem.get("errors", ())]
        super().__init__(f"{where}: {response.status_code} {problem.get('type', '')} {details or ''}".rstrip())
        self.status, self.problem = response.status_code, problem.get("type", "")


@dataclass
class Player:
    """One play of one script against one API.

    Attributes:
        client: an HTTP client with the API's base URL.
        token_of: gives a bearer token for a subject.
        script: what is played.
        operator: the subject that appoints the supervisor.
    """

    client: httpx.Client
    token_of: Callable[[str], str]
    script: Script
    operator: str
    engagement: str = ""
    programme: str = ""
    organisation: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    _run: str = field(default_factory=lambda: uuid4().hex[:12])
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def play(self) -> Iterator[Step]:
        """Do everything, yielding each step once it is done."""
        self._introduce()
        for step in self.script.steps:
            self.do(step)
            yield step

    def view(self, who: str) -> dict[str, Any]:
        """A party's view of the engagement."""
        path = f"/v1/views/{VIEWS[who]}/engagements/{self.engagement}"
        return self._ok(f"{who}'s view", self.send(who, "GET", path)).json()  # type: ignore[no-any-return]

    def timeline(self) -> list[dict[str, Any]]:
        """The supervisor's whole timeline."""
        entries: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = "?limit=200" + (f"&cursor={cursor}" if cursor else "")
            answer = self._ok("timeline", self.send("coaching_supervisor", "GET", f"/v1/oversight/timeline{query}"))
            page = answer.json()
            entries += page["entries"]
            cursor = page["next"]
            if cursor is None:
                return entries

    def do(self, step: Step) -> httpx.Response:
        """One step.

        Raises:
            Refused: when the API refuses it.
        """
        method, path, body = request_of(step)
        body |= self._known(step)
        if step.do == "disclose":
            body |= self._shown(step.by, body)
        body.pop("who", None)
        headers = {"Idempotency-Key": f"{self._run}-{step.number}"}
        if step.do not in UNVERSIONED:
            headers["If-Match"] = f'"{self.view(step.by)["version"]}"'
        below = f"/v1/engagements/{self.engagement}{path}" if self.engagement else "/v1/engagements"
        where = path if path.startswith("/v1/") else below
        answer = self.send(step.by, method, where, json=body or None, headers=headers)
        self._ok(f"step {step.number} ({step.do})", answer)
        if step.do == "request_engagement":
            self.engagement = answer.json()["id"]
        if step.do == "start_programme":
            self.programme = answer.json()["id"]
        return answer

    def _shown(self, who: str, said: dict[str, Any]) -> dict[str, Any]:
        """The newest entry of an item in one's own stream, its recipient, and when the disclosure ends."""
        item, days, to = said.pop("item"), said.pop("days"), said.pop("to")
        path: str | None = f"/v1/views/{VIEWS[who]}/engagements/{self.engagement}/stream?limit=200"
        number = 0
        while path is not None:
            answer = self._ok(f"{who}'s stream", self.send(who, "GET", path))
            number = max([number, *(one["number"] for one in answer.json()["entries"] if one["item"] == item)])
            path = answer.links["next"]["url"] if "next" in answer.links else None
        ends = datetime.now(UTC) + timedelta(days=days)
        return {"entry": number, "recipient_id": self.ids[to], "expires_at": ends.isoformat()}

    def _disclosures(self, who: str) -> list[str]:
        answer = self._ok("disclosures", self.send(who, "GET", f"/v1/engagements/{self.engagement}/disclosures"))
        return [one["id"] for one in answer.json()["entries"]]

    def send(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """A request with somebody's token."""
        headers = {"Authorization": f"Bearer {self._token(who)}", **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def _introduce(self) -> None:
        for who in self.script.people:
            person = {**self.script.people[who], "language": self.script.language}
            self.ids[who] = self._write(who, "/v1/people", person, "person")
        self.organisation = self._write(
            "representative", "/v1/organisations", dict(self.script.organisation), "organisation"
        )
        appointment = {"person_id": self.ids["coaching_supervisor"], "role": "coaching_supervisor"}
        self._write(self.operator, "/v1/oversight/appointments", appointment, "appointment")

    def _write(self, who: str, path: str, body: dict[str, Any], what: str) -> str:
        headers = {"Idempotency-Key": f"{self._run}-{what}"}
        answer = self._ok(f"{who}'s {what}", self.send(who, "POST", path, json=body, headers=headers))
        return str(answer.json()["id"])

    def _known(self, step: Step) -> dict[str, Any]:  # noqa: C901, PLR0911 - one flat case per act
        """What the person's screen would fill in: ids, names, the version and hash of the contract before them."""
        people = self.script.people
        match step.do:
            case "start_programme":
                return {"organisation_id": self.organisation}
            case "meet_coach":
                return {"coach_id": self.ids[step.says["who"]]} if "who" in step.says else {}
            case "replace_party":
                return {"person_id": self.ids[step.says["role"]], "name": people[step.says["role"]]["name"]}
            case "admit_member":
                return {"person_id": self.ids["team_member"], "name": people["team_member"]["name"]}
            case "end_membership":
                return {"person_id": self.ids["team_member"]}
            case "answer_access":
                return {"disclosed": self._disclosures(step.by)}
            case "request_engagement":
                manager = "predecessor" if "predecessor" in people else "line_manager"
                return {
                    **({"programme_id": self.programme} if self.programme else {}),
                    "organisation_id": self.organisation,
                    "line_manager_id": self.ids[manager],
                    "coachee_id": self.ids["coachee"],
                    "names": {
                        "sponsor_organisation": self.script.organisation["name"],
                        "line_manager": people[manager]["name"],
                        "coachee": people["coachee"]["name"],
                    },
                }
            case "register_place":
                return {"supervisor_id": self.ids["coaching_supervisor"]}
            case "record_supervision":
                return {"engagement_ids": [self.engagement]}
            case "choose_coach":
                return {"coach_id": self.ids["coach"], "coach_name": people["coach"]["name"]}
            case "assent_to_contract" | "sign_contract" | "activate_contract":
                latest = self.view(step.by)["contract"]["versions"][-1]
                wanted = ["contract_version"] if step.do == "activate_contract" else _REFERENCE
                return {name: latest[name] for name in wanted}
            case _:
                return {}

    def _token(self, who: str) -> str:
        # Every play has people of its own, so one server can be played on again.
        subject = who if who == self.operator else f"{who}-{self._run}"
        if who not in self._tokens:
            self._tokens[who] = self.token_of(subject)
        return self._tokens[who]

    @staticmethod
    def _ok(where: str, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            raise Refused(where, response)
        return response


_REFERENCE: Final = ["contract_version", "document_hash"]
