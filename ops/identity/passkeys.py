"""Whether an authenticator's response is right (``api.step_up.Passkeys``): WebAuthn Level 3, sections 7.1 and 7.2.

The steps are py_webauthn's; which challenge, origin, relying party and credential it must be is said here:

1. The *challenge* is one that was made here, for this person and for this very act (``challenges``), and is young.
2. The *origin* is this server's address, not inside a frame of another's page; the *relying party* is ours.
3. The *credential* is one of this person's that isn't revoked, under the user handle that it was made with.
4. Somebody was *present and verified* (a finger, a face, a PIN), the *signature* is the credential's, and its *counter*
   went on. That challenge and counter go on record, and are looked at there once more, is the caller's part.

No attestation is asked for: which make an authenticator is tells us nothing that we would decide by.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.step_up import Answered, MadePasskey, Need, PasskeyNotRight, PasskeysNotOffered
from crypto.heads import mac
from domain.passkeys import LASTS, Passkey, living
from ops.identity.challenges import REGISTRATION, ChallengeRefused, Challenges
from ops.identity.records import Records

_MILLISECONDS: Final = int(LASTS.total_seconds() * 1_000)
_FORMATS: Final = frozenset({AttestationFormat.NONE, AttestationFormat.PACKED})
"""What comes where no attestation is asked for: none, or an authenticator's own signature (section 8.2)."""

_WRONG: Final = (WebAuthnException, ChallengeRefused, ValueError, TypeError, KeyError, IndexError, RecursionError)
"""What a malformed or wrong response ends in, in the library or here."""


@dataclass(frozen=True)
class RelyingParty:
    """Who asks for passkeys.

    Attributes:
        id: the domain that they are bound to.
        origin: the address of the pages that may ask for them.
    """

    id: str
    origin: str


class Passkeys:
    """``api.step_up.Passkeys``; safe for threads.

    Args:
        records: persons' records.
        key: the service's key for challenges and user handles (32 bytes).
        party: who asks for passkeys; None where there is no address that browsers know us by.
        required: whether who has no passkey can't do what a passkey is asked for.
    """

    def __init__(self, records: Records, key: bytes, party: RelyingParty | None, *, required: bool) -> None:
        self._records, self._key, self._party, self._required = records, key, party, required
        self._challenges = Challenges(key)

    def need(self, person: UUID) -> Need:
        """What somebody has to show now."""
        if living(self._records.now(person)):
            return Need.UNAVAILABLE if self._party is None else Need.ASSERTION
        return Need.REGISTRATION if self._required else Need.NOTHING

    def ask(self, person: UUID, act: bytes, now: datetime) -> dict[str, Any]:
        """What a browser's ``navigator.credentials.get`` is to be given, for this act alone (as JSON, section 5.1.10).

        Raises:
            PasskeysNotOffered: there is no relying party.
        """
        options = generate_authentication_options(
            rp_id=self._relying().id,
            challenge=self._challenges.new(person, act, now),
            timeout=_MILLISECONDS,
            allow_credentials=_described(living(self._records.now(person))),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def verify(self, person: UUID, act: bytes, shown: str, now: datetime) -> Answered:
        """Which passkey answered which challenge, for this act.

        Args:
            person: who asks.
            act: what they ask for.
            shown: the response as JSON, in base64url.
            now: the time.

        Raises:
            PasskeyNotRight: it isn't an answer to a challenge for this, of a passkey of this person.
        """
        party = self._relying()
        try:
            credential = parse_authentication_credential_json(json.loads(_unpacked(shown)))
            challenge = _challenge_in(credential.response.client_data_json)
            challenge_id = self._challenges.check(challenge, person, act, now)
            holder = self._records.now(person)
            one = next(one for one in living(holder) if one.credential == credential.raw_id)
            if credential.response.user_handle not in (None, self._handle(person)):
                raise PasskeyNotRight
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=one.public_key,
                # An answer that was spent comes again with the write that it was spent on; for nothing else will it do.
                credential_current_sign_count=0 if challenge_id in holder.spent_challenges else one.sign_count,
                require_user_verification=True,
            )
        except (*_WRONG, StopIteration) as error:
            raise PasskeyNotRight from error
        return Answered(one.id, challenge_id, verified.new_sign_count)

    def offer(self, person: UUID, now: datetime) -> dict[str, Any]:
        """What ``navigator.credentials.create`` is to be given (as JSON, section 5.1.9).

        Raises:
            PasskeysNotOffered: there is no relying party.
        """
        handle = self._handle(person)
        options = generate_registration_options(
            rp_id=self._relying().id,
            rp_name="Driehoek",
            user_id=handle,
            user_name=f"driehoek-{handle[:4].hex()}",  # a name of their own is for the page to put in, if it likes
            challenge=self._challenges.new(person, REGISTRATION, now),
            timeout=_MILLISECONDS,
            exclude_credentials=_described(list(self._records.now(person).passkeys.values())),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return options_to_json_dict(options)

    def made(self, person: UUID, response: str, now: datetime) -> MadePasskey:
        """The passkey that an authenticator made.

        Args:
            person: whose it is to be.
            response: the authenticator's response, as JSON.
            now: the time.

        Raises:
            PasskeyNotRight: it isn't an answer to a challenge for this.
            PasskeysNotOffered: there is no relying party.
        """
        party = self._relying()
        try:
            credential = parse_registration_credential_json(json.loads(response))
            challenge = _challenge_in(credential.response.client_data_json)
            challenge_id = self._challenges.check(challenge, person, REGISTRATION, now)
            if parse_attestation_object(credential.response.attestation_object).fmt not in _FORMATS:
                raise PasskeyNotRight
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except _WRONG as error:
            raise PasskeyNotRight from error
        return MadePasskey(verified.credential_id, verified.credential_public_key, verified.sign_count, challenge_id)

    def _relying(self) -> RelyingParty:
        if self._party is None:
            raise PasskeysNotOffered
        return self._party

    def _handle(self, person: UUID) -> bytes:
        """The name that authenticators know a person by (32 bytes); it says nothing of them (section 14.6.1)."""
        return mac(self._key, "driehoek/passkey-user/v1", person.bytes)


def _described(known: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential) for one in known]


def _unpacked(shown: str) -> bytes:
    return urlsafe_b64decode(shown.rstrip("=") + "=" * (-len(shown.rstrip("=")) % 4))


def _challenge_in(client_data: bytes) -> bytes:
    """The challenge that an authenticator was given by a page of ours; which one it was, nobody has looked at yet."""
    told = parse_client_data_json(client_data)
    if told.cross_origin:
        raise PasskeyNotRight
    return told.challenge
