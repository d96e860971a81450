"""The pieces that views are put together from. Each folds opened parts into JSON; none knows who is reading.

What a reader may not know isn't there to be folded: the same function gives the organisation a session's date and the
coachee the whole session. An empty section is an empty list or None, never an error: most of a young engagement is
empty, and so is a view whose keys are gone.
"""

from typing import Any

from domain.vocabulary import Item
from projections import secrecy
from projections.opened import Story

Json = dict[str, Any]


def engagement(story: Story) -> Json:
    """What the engagement is, who is in it, and whether it goes on."""
    shown: Json = {"status": "unknown", "title": None, "names": {}, "team": {}}
    shown |= dict.fromkeys(("meeting_date", "meeting", "ended"))
    for part in story.items(Item.ENGAGEMENT):
        content = part.content
        match part.topic:
            case "engagement.requested":
                shown |= {k: content.get(k) for k in ("title", "request", "reason", "kind")}
                shown |= {"status": "requested", "requested_at": part.at, "names": dict(content.get("names", {}))}
            case "coach.chosen":
                shown["names"] = {**shown["names"], "coach": content.get("coach_name")}
                shown["status"] = "coached"
            case "party.replaced":
                shown["names"] = {**shown["names"], content["role"]: content.get("name")}
                if shown["status"] == "unknown":  # a newcomer, for whom it begins here
                    shown["status"] = "joined"
            case "team_member.admitted" | "team_member.left":
                known = shown["team"].get(content["team_member"], {})
                shown["team"] = {**shown["team"], content["team_member"]: {**known, **content}}
            case "tripartite_meeting.scheduled":
                shown["meeting_date"] = part.said()
            case "tripartite_meeting.held":
                shown["meeting"] = part.said()
            case "engagement.ended":
                shown["ended"] = part.said()
                shown["status"] = content["ending"]
    shown["team"] = [
        {"person_id": member, "name": said.get("name"), "admitted": said["admitted"]}
        for member, said in shown["team"].items()
    ]
    return shown


def contract(story: Story) -> Json:
    """The contract: drafts at hand for the authors, what was offered, who signed, which version is in force."""
    versions: dict[int, Json] = {}
    active: int | None = None
    for part in story:
        if part.topic == "party.replaced":
            _void(versions)
        if part.item not in _CONTRACT_ITEMS or part.topic in _OF_THE_TEXT:
            continue
        content = part.content
        number = content["contract_version"]
        version = versions.setdefault(
            number, {"contract_version": number, "status": "drafted", "assents": [], "signatures": [], "text": {}}
        )
        match part.topic:
            case "contract.drafted":
                version |= {
                    "text": content["sections"],
                    "document_hash": content["document_hash"],
                    "drafted_by": part.by,
                }
            case "contract.assented":
                version["assents"].append({"by": part.by, "at": part.at})
            case "contract.offered":
                _offered(version, content)
            case "contract.signed":
                version["signatures"].append(
                    {k: content[k] for k in ("by", "document_hash", "signature")} | {"at": part.at}
                )
            case "contract.activated":
                version["status"] = "active"
                if active is not None:
                    versions[active]["status"] = "replaced"
                active = number
    return {"in_force": active, "versions": [versions[number] for number in sorted(versions)]}


_CONTRACT_ITEMS = {
    item.value for item in (Item.CONTRACT_DRAFT, Item.CONTRACT_TEXT, Item.OBJECTIVES, Item.DEMANDS, Item.BANANA_SKINS)
}


_OF_THE_TEXT = ("demands.reviewed", "objective.met")
"""What is said about sections of the contract, and has sections of its own in the views."""


def _void(versions: dict[int, Json]) -> None:
    """Who takes over can't sign what they can't read: a version on its way is void."""
    for version in versions.values():
        if version["status"] in ("drafted", "offered"):
            version["status"] = "void"


def _offered(version: Json, content: Json) -> None:
    if version["status"] == "drafted":
        version |= {"status": "offered", "text": {}, "proof": {"salts": {}}}
    section = content["section"]
    version["text"][section] = {k: v for k, v in content.items() if k not in _PROOF}
    version["proof"]["salts"][section] = content["salt"]
    if section == "terms":
        version["document_hash"] = content["document_hash"]
        version["proof"]["commitments"] = content["commitments"]


_PROOF = ("contract_version", "section", "salt", "document_hash", "commitments")


def sessions(story: Story) -> list[Json]:
    """Each session's course, as far as the reader sees it."""
    shown: dict[int, Json] = {}
    for part in story:
        if part.item not in _SESSION_ITEMS or part.topic in ("experiment.committed", "experiment.tried"):
            continue
        number = part.content["session"]
        session = shown.setdefault(number, {"session": number, "status": "scheduled"})
        said = part.said(without=("session",))
        match part.topic:
            case "session.scheduled":
                session |= {k: part.content[k] for k in ("starts_at", "ends_at", "place") if k in part.content}
            case "session.work_started" if part.item == Item.QUADRANT_TAGS.value:
                session["quadrants"] = part.content["quadrants"]
            case "session.work_recorded":
                session.setdefault("work", []).append(said)
            case "session.closed":
                session |= {"status": "closed", "closed": said}
            case topic:
                session[_NAMES[topic]] = said
    return [shown[number] for number in sorted(shown)]


_SESSION_ITEMS = {item.value for item in (Item.SESSION_DATES, Item.SESSION_CONTENT, Item.QUADRANT_TAGS)}
_NAMES = {
    "session.reviewed": "review",
    "session.expectation_stated": "expectation",
    "session.expectation_accepted": "acceptance",
    "session.work_started": "start",
    "session.feedback_given": "feedback",
}


def voice(story: Story) -> list[Json]:
    """The organisation's voice with its answers (R16)."""
    shown: dict[int, Json] = {}
    for part in story.items(Item.SPONSOR_VOICE):
        number = part.content["voice"]
        if part.topic == "voice.stated":
            shown[number] = {**part.said(), "answer": None}
        elif number in shown:
            shown[number]["answer"] = part.said(without=("voice",))
    return list(shown.values())


def summaries(story: Story) -> list[Json]:
    """Progress summaries: proposed between coach and coachee, agreed for those whom the clause names.

    They go by the proposals' numbers; whoever reads no proposals counts the summaries that they read.
    """
    shown: dict[int, Json] = {}
    which: dict[tuple[object, int], int] = {}
    for part in story:
        if part.topic == "progress_summary.proposed":
            number = part.content["number"]
            shown[number] = {
                "number": number,
                "status": "proposed",
                **part.content["text"],
                "by": part.by,
                "at": part.at,
            }
        elif part.topic == "progress_summary.agreed" and part.item == Item.PROGRESS_PROPOSAL.value:
            which[part.stream, part.version] = part.content["number"]
        elif part.topic == "progress_summary.agreed":
            number = which.get((part.stream, part.version), max(shown, default=0) + 1)
            number = part.content.get("number", number)  # older programs said it to everybody
            shown[number] = {"number": number, "status": "agreed", **part.content, "at": part.at}
    return list(shown.values())


def said_under(story: Story, item: Item) -> list[Json]:
    """Everything said under one item, in order: readings, notes, entries, meetings."""
    return [part.said() for part in story.items(item)]


def last_under(story: Story, item: Item) -> Json | None:
    """What was said last under one item."""
    said = said_under(story, item)
    return said[-1] if said else None


def to_do(story: Story, reader: str) -> list[Json]:
    """What waits for this reader, told from what they can see alone."""
    shown = contract(story)
    waiting: list[Json] = []
    if reader == "coach":  # also after the end
        requests = secrecy.disclosures(story)["access_requests"]
        waiting += [{"do": "answer_access", "request": one["request"]} for one in requests if one["answer"] is None]
    if engagement(story)["ended"] is not None:
        return waiting
    for version in shown["versions"][-1:]:
        number = version["contract_version"]
        assented = {assent["by"] for assent in version["assents"]}
        signed = {signature["by"] for signature in version["signatures"]}
        if version["status"] == "drafted" and reader in {"line_manager", "coachee"} - assented:
            waiting.append({"do": "assent_to_contract", "contract_version": number})
        if version["status"] == "offered" and reader not in signed:
            waiting.append({"do": "sign_contract", "contract_version": number})
        if version["status"] == "offered" and reader == "coach" and len(signed) == _SIGNERS:
            waiting.append({"do": "activate_contract", "contract_version": number})
    if reader == "coach":
        waiting += [{"do": "answer_voice", "voice": v["voice"]} for v in voice(story) if v["answer"] is None]
    waiting += [
        {"do": "agree_summary", "number": summary["number"]}
        for summary in summaries(story)
        if summary["status"] == "proposed" and summary["by"] != reader
    ]
    return waiting


_SIGNERS = 4
