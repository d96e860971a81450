"""Names of the method's closed words, in Dutch, French and English, by the field in which they are recorded.

What people type is never looked up here: a text that happens to be such a word stays what it is.
"""

from collections.abc import Mapping
from typing import Final

from projections.documents.sheet import LANGUAGES, Language
from projections.export_texts import TEXTS

Names = Mapping[str, tuple[str, str, str]]

ROLES: Final[Names] = {
    "sponsor_organisation": ("onderneming", "commanditaire", "organisation"),
    "line_manager": ("hiërarchische verantwoordelijke", "responsable hiérarchique", "line manager"),
    "coach": ("coach", "coach", "coach"),
    "coachee": ("gecoachte", "coaché", "coachee"),
    "team_member": ("teamlid", "membre de l'équipe", "team member"),
    "candidate": ("kandidaat-coach", "coach candidat", "candidate coach"),
    "coaching_supervisor": ("supervisor", "superviseur", "coaching supervisor"),
    "auditor": ("auditor", "auditeur", "auditor"),
    "escrow": ("bewaring (juridische blokkering)", "séquestre (conservation légale)", "escrow (legal hold)"),
    "self": ("ontvanger van een bekendmaking", "destinataire d'une communication", "recipient of a disclosure"),
    "service": ("de dienst", "le service", "the service"),
}
"""Nederlands, français, English; likewise below."""

_LIFETIMES: Final[Names] = {
    "closure": ("tot de beëindiging", "jusqu'à la clôture", "until closure"),
    "follow_up": ("tot het einde van de follow-up", "jusqu'à la fin du suivi", "until the end of follow-up"),
    "retention": ("tot het einde van de bewaring", "jusqu'à la fin de la conservation", "until the end of retention"),
    "kept": ("blijft", "conservé", "kept"),
}
_DYNAMICS: Final[Names] = {
    "challenges": ("uitdagingen", "défis", "challenges"),
    "autonomy": ("autonomie", "autonomie", "autonomy"),
    "identity": ("identiteiten", "identités", "identity"),
    "competence": ("competenties", "compétences", "competence"),
    "change": ("verandering", "changement", "change"),
    "meaning": ("zingeving", "sens", "meaning"),
}
_KINDS: Final[Names] = {
    "time": ("tijd", "temps", "time"),
    "people": ("mensen", "personnes", "people"),
    "training": ("opleiding", "formation", "training"),
    "books": ("boeken", "livres", "books"),
    "other": ("ander", "autre", "other"),
}
_OBLIGATIONS: Final[Names] = {
    "best_effort": ("inspanningsverbintenis", "obligation de moyens", "best effort"),
}
_EXCEPTIONS: Final[Names] = {
    "access_request": ("verzoek om inzage", "demande d'accès", "access request"),
    "coachee_consent": ("toestemming van de gecoachte", "consentement du coaché", "the coachee's consent"),
    "court_order": ("gerechtelijk bevel", "injonction judiciaire", "court order"),
    "imminent_danger": ("dreigend gevaar", "danger imminent", "imminent danger"),
    "illegality": ("onwettigheid", "illégalité", "illegality"),
    "supervision": ("supervisie", "supervision", "supervision"),
}
GROUNDS: Final[Names] = {
    "closure": ("beëindiging", "clôture", "closure"),
    "follow_up_end": ("einde van de follow-up", "fin du suivi", "end of follow-up"),
    "retention_end": ("einde van de bewaring", "fin de la conservation", "end of retention"),
    "party_left": ("vertrek uit de begeleiding", "départ de l'accompagnement", "a party left"),
    "erasure_request": ("verzoek om wissing", "demande d'effacement", "request for erasure"),
    "consent_withdrawn": ("toestemming ingetrokken", "consentement retiré", "consent withdrawn"),
    "hold_lifted": ("blokkering opgeheven", "conservation levée", "hold lifted"),
    "disclosure_expired": ("bekendmaking verlopen", "communication expirée", "disclosure expired"),
    "operator_order": ("opdracht van de beheerder", "ordre de l'exploitant", "operator's order"),
}
_QUADRANTS: Final[Names] = {
    "inner_individual": ("innerlijk individueel", "intérieur individuel", "inner individual"),
    "outer_individual": ("uiterlijk individueel", "extérieur individuel", "outer individual"),
    "inner_collective": ("innerlijk collectief", "intérieur collectif", "inner collective"),
    "outer_collective": ("uiterlijk collectief", "extérieur collectif", "outer collective"),
}
_DECISIONS: Final[Names] = {
    "go_on": ("voortgaan", "continuer", "go on"),
    "amend": ("bepalingen wijzigen", "modifier les clauses", "amend"),
    "keep_unchanged": ("ongewijzigd houden", "maintenir", "keep unchanged"),
}
_ENDINGS: Final[Names] = {
    "fulfilled": ("vervuld", "accompli", "fulfilled"),
    "chose_not_to_change": ("koos ervoor niet te veranderen", "a choisi de ne pas changer", "chose not to change"),
    "broken_off": ("afgebroken", "interrompu", "broken off"),
}
_REASONS: Final[Names] = {
    "improve_performance": ("prestaties verbeteren", "améliorer les performances", "improve performance"),
    "lead_a_project": ("een project leiden", "mener un projet", "lead a project"),
    "manage_a_crisis": ("een crisis beheersen", "gérer une crise", "manage a crisis"),
    "take_up_a_role": ("een functie opnemen", "prendre une fonction", "take up a role"),
}
_ITEMS: Final[Names] = {
    "coach_notes": ("Notities van de coach", "Notes du coach", "Coach's notes"),
    "coachee_journal": ("Dagboek van de gecoachte", "Journal du coaché", "Coachee's journal"),
    "coachee_concern": ("Bezorgdheden van de gecoachte", "Préoccupations du coaché", "Coachee's concerns"),
    "decisions": ("Beslissingen van de gecoachte", "Décisions du coaché", "Coachee's decisions"),
}
"""Items whose names in the export speak to the coachee; a contract speaks to all four."""

_OF_FIELD: Final[Mapping[str, Names]] = {
    "by": ROLES,
    "provider": ROLES,
    "role": ROLES,
    "permitted": ROLES,
    "dynamic": _DYNAMICS,
    "kind": _KINDS,
    "obligation": _OBLIGATIONS,
    "exceptions": _EXCEPTIONS,
    "ground": {**GROUNDS, **_EXCEPTIONS},
    "lifetime": _LIFETIMES,
    "lifetimes": _LIFETIMES,
    "quadrants": _QUADRANTS,
    "decision": _DECISIONS,
    "ending": _ENDINGS,
    "reason": _REASONS,
}


def value(field: str, of: str, language: Language) -> str:
    """A recorded value as people call it; the value itself where the field has no closed words."""
    return named(_OF_FIELD.get(field, {}), of, language)


def named(names: Names, of: str, language: Language) -> str:
    """One of these names; the word itself where it has none."""
    found = names.get(of)
    return of if found is None else found[LANGUAGES.index(language)]


def role(word: str, language: Language) -> str:
    """A role as contracts call it."""
    return named(ROLES, word, language)


def item(word: str, language: Language) -> str:
    """A row of the matrix, spoken to nobody in particular."""
    return named(_ITEMS, word, language) if word in _ITEMS else TEXTS[language].get(word, word)


def lifetime(word: str, language: Language) -> str:
    """Until when somebody reads."""
    return named(_LIFETIMES, word, language)
