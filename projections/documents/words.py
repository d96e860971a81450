"""What documents say besides what people wrote, in the languages of the vocabulary (requirements.md, D)."""

from collections.abc import Mapping
from typing import Final

from projections.documents.sheet import LANGUAGES, Language

# name: Nederlands, français, English.
_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "page": ("pagina", "page", "page"),
    "copy": ("Exemplaar", "Exemplaire", "Copy"),
    "contract": ("Driehoekscontract", "Contrat tripartite", "Tripartite contract"),
    "version": ("versie", "version", "version"),
    "status": ("Stand", "État", "Status"),
    "drafted": (
        "ontwerp: de auteurs hebben er nog niet beiden mee ingestemd",
        "projet : les auteurs ne l'ont pas encore approuvé tous deux",
        "draft: its authors haven't both assented yet",
    ),
    "offered": ("voorgelegd ter ondertekening", "soumis à signature", "before all four for signature"),
    "active": ("van kracht", "en vigueur", "in force"),
    "replaced": (
        "vervangen door een latere versie",
        "remplacé par une version ultérieure",
        "replaced by a later version",
    ),
    "void": (
        "vervallen: een partij werd vervangen voor het van kracht was",
        "caduc : une partie a été remplacée avant son entrée en vigueur",
        "void: a party was replaced before it was in force",
    ),
    "ended": ("beëindigd", "clôturé", "ended"),
    "parties": ("Partijen", "Parties", "Parties"),
    "terms": ("Afspraken", "Conditions", "Terms"),
    "objectives": (
        "Doelstellingen en indicatoren voor succes",
        "Objectifs et indicateurs de réussite",
        "Objectives and success indicators",
    ),
    "demands": ("Eisen", "Exigences", "Demands"),
    "banana_skins": ("Bananenschillen", "Peaux de banane", "Banana skins"),
    "clause": ("Grenzen van de vertrouwelijkheid", "Clause de confidentialité", "Confidentiality clause"),
    "clause_intro": (
        "Wie wat leest en tot wanneer. Wie niet genoemd wordt, leest het niet.",
        "Qui lit quoi, et jusqu'à quand. Qui n'est pas nommé ne le lit pas.",
        "Who reads what, and until when. Whoever isn't named doesn't read it.",
    ),
    "what": ("wat", "quoi", "what"),
    "who": ("wie, tot wanneer", "qui, jusqu'à quand", "who, until when"),
    "kept_back": (
        "Dit deel kan de lezer van dit exemplaar niet (meer) lezen. Het hoort bij wat is ondertekend:",
        (
            "Le lecteur de cet exemplaire ne peut pas (ou plus) lire cette partie. Elle fait partie de ce qui est "
            "signé :"
        ),
        "The reader of this copy can't read this part, or can't any more. It belongs to what is signed:",
    ),
    "unreadable": (
        "Dit deel kan de lezer van dit exemplaar niet (meer) lezen.",
        "Le lecteur de cet exemplaire ne peut pas (ou plus) lire cette partie.",
        "The reader of this copy can't read this part, or can't any more.",
    ),
    "assents": ("Instemming van de auteurs", "Accord des auteurs", "The authors' assent"),
    "signatures": ("Handtekeningen", "Signatures", "Signatures"),
    "nobody_signed": ("Nog niemand heeft ondertekend.", "Personne n'a encore signé.", "Nobody has signed yet."),
    "party": ("partij", "partie", "party"),
    "at": ("op (UTC)", "le (UTC)", "at (UTC)"),
    "signature": ("handtekening (Ed25519)", "signature (Ed25519)", "signature (Ed25519)"),
    "proof": ("Om na te gaan", "Pour vérifier", "To check"),
    "proof_intro": (
        (
            "Alle vier ondertekenen één hash. Hij dekt een verbintenis op elk deel, ook op wie het niet mag lezen. "
            "Hoe het wordt nagerekend, staat in docs/reference/export.md."
        ),
        (
            "Les quatre signent un seul hachage. Il couvre un engagement sur chaque partie, même pour qui ne peut "
            "la lire. La vérification est décrite dans docs/reference/export.md."
        ),
        (
            "All four sign one hash. It covers a commitment to each part, also for whoever may not read it. How it "
            "is checked is described in docs/reference/export.md."
        ),
    ),
    "document_hash": ("hash van het document", "hachage du document", "hash of the document"),
    "commitment": ("verbintenis (SHA-256)", "engagement (SHA-256)", "commitment (SHA-256)"),
    "salt": ("zout", "sel", "salt"),
    "section": ("deel", "partie", "part"),
    "about": ("Over dit exemplaar", "À propos de cet exemplaire", "About this copy"),
    "made_for": ("Gemaakt voor", "Établi pour", "Made for"),
    "engagement": ("Begeleiding", "Accompagnement", "Engagement"),
    "about_copy": (
        (
            "Het toont wat deze lezer mag lezen. Het nummer onderaan elke pagina hoort bij deze lezer; de SHA-256 "
            "van dit bestand staat in het register van inzage. Het is niet versleuteld: bewaar het zorgvuldig. Wat "
            "hier staat, blijft leesbaar, ook als de sleutels worden gewist."
        ),
        (
            "Il montre ce que ce lecteur peut lire. Le numéro au bas de chaque page est celui de ce lecteur ; le "
            "SHA-256 de ce fichier figure au registre des consultations. Il n'est pas chiffré : conservez-le avec "
            "soin. Ce qui s'y trouve reste lisible, même quand les clés sont effacées."
        ),
        (
            "It shows what this reader may read. The number at the foot of each page is this reader's; the SHA-256 "
            "of this file stands in the access log. It isn't encrypted: keep it with care. What stands here stays "
            "readable, also when the keys are erased."
        ),
    ),
    "amendment": (
        "Wijziging van het driehoekscontract",
        "Avenant au contrat tripartite",
        "Amendment of the contract",
    ),
    "compared": ("Vergeleken met", "Comparé à", "Compared with"),
    "was": ("was", "était", "was"),
    "becomes": ("wordt", "devient", "becomes"),
    "unchanged": ("Ongewijzigd.", "Inchangé.", "Unchanged."),
    "clause_changes": ("Wie voortaan wat leest", "Qui lit désormais quoi", "Who reads what from now on"),
    "clause_limits": (
        (
            "De wijziging geldt voor wat na haar inwerkingtreding wordt vastgelegd. Wat eerder is vastgelegd, "
            "blijft onder de versie die toen gold."
        ),
        (
            "L'avenant vaut pour ce qui est enregistré après son entrée en vigueur. Ce qui l'a été avant reste sous"
            " la version alors en vigueur."
        ),
        (
            "The amendment is for what is recorded after it is in force. What was recorded before stays under the "
            "version that was in force then."
        ),
    ),
    "receipt": ("Bewijs van wissing van sleutels", "Preuve d'effacement de clés", "Receipt of an erasure of keys"),
    "receipt_intro": (
        (
            "De dienst verklaart dat de sleutels hieronder zijn gewist. Wat ermee was verzegeld, kan niemand meer "
            "openen, ook niet uit een herstelde back-up. Wat eerder is gelezen of meegenomen, is daarmee niet "
            "ongedaan."
        ),
        (
            "Le service déclare que les clés ci-dessous sont effacées. Ce qu'elles scellaient, plus personne ne "
            "peut l'ouvrir, même depuis une sauvegarde restaurée. Ce qui a été lu ou emporté auparavant n'est pas "
            "défait."
        ),
        (
            "The service declares that the keys below are erased. Nobody can open any more what was sealed with "
            "them, not even from a restored backup. What was read or taken away before isn't undone by that."
        ),
    ),
    "statement": ("Verklaring", "Déclaration", "Statement"),
    "deployment": ("installatie", "installation", "deployment"),
    "reader": ("afgegeven aan", "délivré à", "given to"),
    "grants": ("Gewiste sleutels", "Clés effacées", "Erased keys"),
    "principal": ("houder", "détenteur", "holder"),
    "slot": ("plaats in de sleutelboom", "place dans l'arbre de clés", "slot of the key tree"),
    "lifetime": ("gegeven", "accordée", "given"),
    "tombstone_head": ("kop van de keten van wissingen", "tête de la chaîne d'effacements", "head of the tombstones"),
    "page_head": ("kop van de sleutelpagina's", "tête des pages de clés", "head of the key pages"),
    "public_key": ("sleutel van de dienst (Ed25519)", "clé du service (Ed25519)", "the service's key (Ed25519)"),
    "receipt_check": (
        (
            "De handtekening staat over de verklaring als canonieke JSON (crypto/FORMAT.md, 14). Te controleren "
            "zonder de dienst, met het JSON-document van hetzelfde bewijs; daarmee, niet met dit blad, wordt "
            "bewezen."
        ),
        (
            "La signature porte sur la déclaration en JSON canonique (crypto/FORMAT.md, 14). Elle se vérifie sans "
            "le service, avec le document JSON de la même preuve ; c'est lui, et non cette feuille, qui prouve."
        ),
        (
            "The signature is over the statement as canonical JSON (crypto/FORMAT.md, 14). It is checked without "
            "the service, with the JSON document of the same receipt; that, and not this sheet, is the proof."
        ),
    ),
    "none": ("Geen.", "Aucun.", "None."),
    "part": ("deel", "volume", "volume"),
}

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    language: {name: texts[place] for name, texts in _WORDS.items()} for place, language in enumerate(LANGUAGES)
}
"""By language; the same names in each."""
