"""What the adherence report says, and its names of results, severities and cures, in the vocabulary's languages."""

from typing import Final

from projections.documents.values import Names

WORDS: Final[Names] = {
    "title": ("Verslag over de werkwijze", "Rapport sur la démarche", "Adherence report"),
    "intro": (
        (
            "Of de werkwijze is gevolgd, berekend uit procesfeiten alleen: wat, wanneer, in welke rol. Geen woord "
            "van wat vertrouwelijk is, en niemands naam."
        ),
        (
            "Si la démarche a été suivie, calculé à partir des seuls faits du processus : quoi, quand, dans quel "
            "rôle. Pas un mot de ce qui est confidentiel, et le nom de personne."
        ),
        (
            "Whether the method was followed, computed from process facts alone: what, when, in which role. Not a "
            "word of what is confidential, and nobody's name."
        ),
    ),
    "limits": (
        (
            "Niet te berekenen: een goed geweten, neutraliteit in de kamer, echte ambitie, gesprekken die nooit "
            "zijn vastgelegd. Vlaggen zijn wat hun auteur verklaart."
        ),
        (
            "Impossible à calculer : la bonne conscience, la neutralité dans la pièce, la vraie ambition, les "
            "paroles jamais enregistrées. Les indicateurs sont ce que leur auteur atteste."
        ),
        (
            "Not computable: good conscience, neutrality in the room, true ambition, talk that was never recorded. "
            "Flags are what their author attests."
        ),
    ),
    "as_of": ("Stand op (UTC)", "Situation au (UTC)", "As of (UTC)"),
    "coaches": ("Coaches", "Coachs", "Coaches"),
    "summary": ("Overzicht", "Résumé", "Summary"),
    "result": ("resultaat", "résultat", "result"),
    "rules": ("regels", "règles", "rules"),
    "rule": ("regel", "règle", "rule"),
    "phrase": ("in de woorden van de methode", "dans les mots de la méthode", "in the method's words"),
    "severity": ("ernst", "gravité", "severity"),
    "deadline": ("uiterlijk op (UTC)", "au plus tard le (UTC)", "at the latest (UTC)"),
    "cure": ("wat het zou verhelpen", "ce qui y remédierait", "what would cure it"),
    "events": ("steunt op", "repose sur", "rests on"),
    "at": ("op (UTC)", "le (UTC)", "at (UTC)"),
    "event": ("gebeurtenis", "événement", "event"),
    "by": ("door", "par", "by"),
    "facts": ("feiten", "faits", "facts"),
}
RESULTS: Final[Names] = {
    "violated": ("geschonden", "enfreinte", "violated"),
    "not_due": ("nog niet aan de orde", "pas encore due", "not due"),
    "met": ("nageleefd", "respectée", "met"),
    "waived": ("afgeweken met instemming", "dérogation", "waived"),
    "not_computable": ("niet te berekenen", "non calculable", "not computable"),
}
"""In the order in which the report tells of them."""

SEVERITIES: Final[Names] = {
    "refused": ("wordt geweigerd", "refusée", "refused"),
    "critical": ("kritiek", "critique", "critical"),
    "high": ("hoog", "élevée", "high"),
    "medium": ("gemiddeld", "moyenne", "medium"),
    "advisory": ("aandachtspunt", "conseil", "advisory"),
}
CURES: Final[Names] = {
    "answer_voice": ("de stem beantwoorden", "répondre à la parole", "answer the voice"),
    "answer_concern": ("de bezorgdheid beantwoorden", "répondre à la préoccupation", "answer the concern"),
    "amend_contract": ("het contract wijzigen", "modifier le contrat", "amend the contract"),
    "activate_contract": ("het contract in werking stellen", "mettre le contrat en vigueur", "activate the contract"),
    "deliver_resource": ("het hulpmiddel leveren", "fournir le moyen", "deliver the resource"),
    "keep_commitment": ("de verbintenis nakomen", "tenir l'engagement", "keep the commitment"),
    "assess_results": ("de resultaten beoordelen", "évaluer les résultats", "assess the results"),
    "analyse_results": ("analyseren en beslissen", "analyser et décider", "analyse and decide"),
    "hold_session": ("een sessie houden", "tenir une séance", "hold a session"),
    "declare_conflicts": ("belangenconflicten verklaren", "déclarer les conflits", "declare conflicts of interest"),
    "resolve_conflict": ("het belangenconflict oplossen", "résoudre le conflit", "resolve the conflict of interest"),
    "register_supervision_place": (
        "een supervisieplaats opgeven",
        "indiquer un lieu de supervision",
        "register a supervision place",
    ),
    "hold_supervision": ("supervisie houden", "tenir une supervision", "hold supervision"),
    "log_development": ("ontwikkeling vastleggen", "noter le développement", "log development"),
    "recommend_referral": ("doorverwijzen", "recommander une réorientation", "recommend a referral"),
    "link_to_objective": ("aan een doelstelling koppelen", "relier à un objectif", "link to an objective"),
    "work_in_another_quadrant": (
        "in een ander kwadrant werken",
        "travailler dans un autre quadrant",
        "work in another quadrant",
    ),
    "request_closure": ("de beëindiging vragen", "demander la clôture", "request closure"),
    "prove_revocation": ("de intrekking bewijzen", "prouver la révocation", "prove the revocation"),
    "declare_dealing": ("de zakelijke band verklaren", "déclarer l'affaire", "declare the dealing"),
    "hold_follow_up": ("de follow-up houden", "tenir le suivi", "hold the follow-up"),
}
"""What the rules know of as a cure; a test holds them against the rules' own list."""
