"""What the coachee's export says besides what people wrote, in the languages of the vocabulary (requirements.md, D)."""

from collections.abc import Mapping
from typing import Final, Literal

from projections.export_fields import FIELDS

Language = Literal["nl", "fr", "en"]

_EN: Final = {
    "title": "Your coaching engagement",
    "intro": "Everything of this engagement that you can read, in the order in which it was recorded. Times are UTC.",
    "disclosed": "Disclosed to you",
    "access": "Who may read what, and until when",
    "who": "who",
    "what": "what",
    "until": "until",
    "gone": "erased",
    "erased": "keys erased",
    "receipts": "Receipts of erasures",
    "receipts_intro": "What the service signed when keys were erased. The documents to check are in export.json.",
    "yes": "yes",
    "no": "no",
    "readme": (
        "This archive holds everything about your coaching engagement that you could read when it was made.\n\n"
        "export.html  for you: open it in a browser. It loads nothing from anywhere.\n"
        "export.json  for programs: the same and more, such as signatures, in the form driehoek-export/1.\n\n"
        "It isn't encrypted. Keep it where only you can read it."
    ),
    "sponsor_organisation": "organisation",
    "line_manager": "line manager",
    "coach": "coach",
    "coachee": "you",
    "escrow": "escrow (legal hold)",
    "self": "whom something was disclosed to",
    "service": "the service",
    "coach_notes": "The coach's notes, if there are any",
    "engagement": "Engagement",
    "contract_draft": "Contract, draft",
    "contract_text": "Contract",
    "objectives": "Objectives and indicators",
    "demands": "Demands",
    "banana_skins": "Banana skins",
    "coaches_met": "Coaches met",
    "approach": "Approach",
    "reality": "Reality and problem",
    "session_dates": "Session",
    "session_content": "Session: review, expectation, feedback",
    "coachee_journal": "Your journal",
    "progress_proposal": "Summary, proposed",
    "progress_summary": "Summary, agreed",
    "indicator_readings": "Indicator",
    "quadrant_tags": "Quadrants",
    "checkpoint": "Checkpoint after four sessions",
    "no_result_analysis": "Analysis",
    "sponsor_voice": "The organisation's voice",
    "evaluation": "Evaluation",
    "follow_up": "Follow-up",
    "disclosures": "Access and disclosure",
}

_NL: Final = {
    "title": "Jouw begeleiding",
    "intro": "Alles over deze begeleiding dat jij kunt lezen, in de volgorde waarin het is vastgelegd. Tijden in UTC.",
    "disclosed": "Aan jou bekendgemaakt",
    "access": "Wie mag wat lezen, en tot wanneer",
    "who": "wie",
    "what": "wat",
    "until": "tot",
    "gone": "gewist",
    "erased": "sleutels gewist",
    "receipts": "Bewijzen van wissing",
    "receipts_intro": "Wat de dienst ondertekende toen sleutels werden gewist. Te controleren met export.json.",
    "yes": "ja",
    "no": "nee",
    "readme": (
        "Dit archief bevat alles over jouw begeleiding dat je kon lezen toen het werd gemaakt.\n\n"
        "export.html  voor jou: open het in een browser. Het haalt nergens iets op.\n"
        "export.json  voor programma's: hetzelfde en meer, zoals handtekeningen, in de vorm driehoek-export/1.\n\n"
        "Het is niet versleuteld. Bewaar het waar alleen jij het kunt lezen."
    ),
    "sponsor_organisation": "onderneming",
    "line_manager": "hiërarchische verantwoordelijke",
    "coach": "coach",
    "coachee": "jij",
    "escrow": "bewaring (juridische blokkering)",
    "self": "aan wie iets werd bekendgemaakt",
    "service": "de dienst",
    "coach_notes": "De notities van de coach, als die er zijn",
    "engagement": "Begeleiding",
    "contract_draft": "Driehoekscontract, ontwerp",
    "contract_text": "Driehoekscontract",
    "objectives": "Doelstellingen en indicatoren voor succes",
    "demands": "Eisen",
    "banana_skins": "Bananenschillen",
    "coaches_met": "Kennismakingsgesprekken",
    "approach": "Aanpak",
    "reality": "Professionele realiteit en probleem",
    "session_dates": "Sessie",
    "session_content": "Sessie: stand van zaken, verwachting, feedback",
    "coachee_journal": "Jouw dagboek",
    "progress_proposal": "Samenvatting, voorstel",
    "progress_summary": "Samenvatting, overeengekomen",
    "indicator_readings": "Indicator voor succes",
    "quadrant_tags": "Kwadranten",
    "checkpoint": "Tussentijdse evaluatie",
    "no_result_analysis": "Analyse",
    "sponsor_voice": "De stem van de onderneming",
    "evaluation": "Evaluatie",
    "follow_up": "Follow-up",
    "disclosures": "Inzage en bekendmaking",
}

_FR: Final = {
    "title": "Votre accompagnement",
    "intro": "Tout ce que vous pouvez lire de cet accompagnement, dans l'ordre de l'enregistrement. Heures en UTC.",
    "disclosed": "Communiqué à vous",
    "access": "Qui peut lire quoi, et jusqu'à quand",
    "who": "qui",
    "what": "quoi",
    "until": "jusqu'à",
    "gone": "effacé",
    "erased": "clés effacées",
    "receipts": "Preuves d'effacement",
    "receipts_intro": "Ce que le service a signé quand des clés ont été effacées. À vérifier avec export.json.",
    "yes": "oui",
    "no": "non",
    "readme": (
        "Cette archive contient tout ce que vous pouviez lire de votre accompagnement quand elle a été faite.\n\n"
        "export.html  pour vous : ouvrez-le dans un navigateur. Il ne charge rien d'ailleurs.\n"
        "export.json  pour les programmes : la même chose et plus, comme les signatures, sous la forme"
        " driehoek-export/1.\n\n"
        "Elle n'est pas chiffrée. Gardez-la là où vous seul pouvez la lire."
    ),
    "sponsor_organisation": "commanditaire",
    "line_manager": "responsable hiérarchique (N+1)",
    "coach": "coach",
    "coachee": "vous",
    "escrow": "séquestre (conservation légale)",
    "self": "à qui quelque chose a été communiqué",
    "service": "le service",
    "coach_notes": "Les notes du coach, s'il y en a",
    "engagement": "Accompagnement",
    "contract_draft": "Contrat tripartite, projet",
    "contract_text": "Contrat tripartite",
    "objectives": "Objectifs et indicateurs de réussite",
    "demands": "Exigences",
    "banana_skins": "Peaux de banane",
    "coaches_met": "Entretiens de choix",
    "approach": "Démarche",
    "reality": "Réalité professionnelle et problème",
    "session_dates": "Séance",
    "session_content": "Séance : état des lieux, attente, feedback",
    "coachee_journal": "Votre journal",
    "progress_proposal": "Synthèse, proposée",
    "progress_summary": "Synthèse, convenue",
    "indicator_readings": "Indicateur de réussite",
    "quadrant_tags": "Quadrants",
    "checkpoint": "Bilan d'étape",
    "no_result_analysis": "Analyse",
    "sponsor_voice": "Le droit de parole du commanditaire",
    "evaluation": "Évaluation",
    "follow_up": "Suivi",
    "disclosures": "Accès et communication",
}

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {"nl": _NL, "fr": _FR, "en": _EN}
"""By language; the same names in each."""

__all__ = ["FIELDS", "TEXTS", "Language"]
