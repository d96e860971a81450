"""A token of root keys: what lies on it, and what is said when it, its library or its PIN isn't what it should be."""

import shutil
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass

from crypto.errors import (
    RootDamaged,
    RootExists,
    RootForeign,
    RootMissing,
    RootStoreError,
    RootUnreachable,
    RootUnwritable,
)
from crypto.roots import encode_record
from ops.roots import objects
from ops.roots.token import TokenRoots
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, FOREIGN, KEY, Rig, record_of, state
from tests.ops.roots.softhsm import softhsm


@pytest.fixture
def stored(token: Rig) -> TokenRoots:
    """A token on which epoch 2 is live and epoch 1 retired."""
    store = roots_of(token)
    for epoch in (1, 2):
        store.stage(DEPLOYMENT, epoch)
        store.switch(record_of(epoch))
    return store


def roots_of(
    rig: Rig, *, pin_file: Path | None = None, label: str | None = None, module: Path | None = None
) -> TokenRoots:
    """A store on a rig's token, or on something else."""
    settings = rig.settings()
    assert settings.pkcs11_module
    assert settings.pkcs11_pin_file
    return TokenRoots(
        module or settings.pkcs11_module, label or settings.pkcs11_token, pin_file or settings.pkcs11_pin_file
    )


def session_of(rig: Rig) -> Any:
    """A session of our own, on a token that this process is logged in to already."""
    library = pkcs11.lib(rig.environment["DRIEHOEK_PKCS11_MODULE"])
    return library.get_token(token_label=rig.environment["DRIEHOEK_PKCS11_TOKEN"]).open(rw=True)


def word_of(store: TokenRoots) -> str:
    """The one word on the token."""
    (word,) = store.places().values()
    return word


def test_a_root_never_leaves_the_token(token: Rig, stored: TokenRoots) -> None:
    """Each root was generated on the token and is sensitive and unextractable; its value can't be asked for."""
    session = session_of(token)
    keys = list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}))
    assert len(keys) == 2
    for key in keys:
        for attribute in (
            Attribute.LOCAL,
            Attribute.SENSITIVE,
            Attribute.ALWAYS_SENSITIVE,
            Attribute.NEVER_EXTRACTABLE,
        ):
            assert key[attribute] is True
        for attribute in (Attribute.EXTRACTABLE, Attribute.WRAP, Attribute.UNWRAP, Attribute.DERIVE, Attribute.SIGN):
            assert key[attribute] is False
        assert key[Attribute.VALUE_LEN] == 32  # control: other things about it can be asked for
        with pytest.raises(pkcs11.AttributeSensitive):
            key[Attribute.VALUE]
    assert len(stored.wrap(2, KEY, CONTEXT)) == 61


def test_a_destroyed_root_is_no_object_any_more(token: Rig, stored: TokenRoots) -> None:
    """The token has one key less, and its files one file less."""
    files = len(token.files())
    stored.destroy(1)
    (key,) = session_of(token).get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
    assert key[Attribute.ID] == DEPLOYMENT.bytes + (2).to_bytes(8, "big")
    assert len(token.files()) < files


def test_a_key_that_was_brought_along_is_no_root(token: Rig, stored: TokenRoots) -> None:
    """A key with the right name whose value somebody may have kept isn't found; control: one that was generated is."""
    named = {Attribute.LABEL: "driehoek root", Attribute.ID: DEPLOYMENT.bytes + (3).to_bytes(8, "big")}
    session_of(token).create_object({
        **named, Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES, Attribute.VALUE: KEY,
        Attribute.TOKEN: True, Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False,
        Attribute.MODIFIABLE: False, Attribute.ENCRYPT: True, Attribute.DECRYPT: True,
    })  # fmt: skip
    assert stored.epochs() == {1, 2}
    with pytest.raises(RootMissing):
        stored.switch(record_of(3))
    stored.stage(DEPLOYMENT, 3)
    assert stored.epochs() == {1, 2, 3}


def test_of_two_keys_of_one_name_the_later_gives_way(token: Rig, stored: TokenRoots) -> None:
    """Where two hosts make a root at once, the one that sees the other's takes its own back."""
    stored.stage(DEPLOYMENT, 3)
    wrapped = stored.wrap(3, KEY, CONTEXT)
    with pytest.raises(RootExists):
        objects.generate(session_of(token), DEPLOYMENT, 3)
    assert stored.unwrap(3, wrapped, CONTEXT) == KEY


def test_two_keys_of_one_name_are_no_root(token: Rig, stored: TokenRoots) -> None:
    """Which of the two it is isn't guessed; destroying the epoch destroys both."""
    stored.stage(DEPLOYMENT, 3)
    session_of(token).generate_key(
        KeyType.AES, 256, capabilities=MechanismFlag.ENCRYPT, store=True, id=DEPLOYMENT.bytes + (3).to_bytes(8, "big"),
        label="driehoek root", template={Attribute.MODIFIABLE: False},
    )  # fmt: skip
    assert stored.epochs() == {1, 2}
    with pytest.raises(RootDamaged):
        stored.wrap(3, KEY, CONTEXT)
    with pytest.raises(RootDamaged):
        stored.switch(record_of(3))
    stored.destroy(3)
    assert objects.keys(session_of(token), DEPLOYMENT, 3) == []
    stored.stage(DEPLOYMENT, 3)
    stored.switch(record_of(3))


def test_of_two_records_the_later_counts(token: Rig, stored: TokenRoots) -> None:
    """A switch that was stopped between adding its record and dropping the one before it has happened."""
    objects.add_record(session_of(token), record_of(1))
    assert stored.record() == record_of(2)
    stored.switch(record_of(2))
    (left,) = session_of(token).get_objects({Attribute.CLASS: ObjectClass.DATA})
    assert left[Attribute.VALUE] == encode_record(record_of(2))


@pytest.mark.parametrize(
    ("record", "error"), [(record_of(2, page=9), RootDamaged), (record_of(2, deployment=FOREIGN), RootForeign)]
)
def test_records_that_disagree_stop_everything(token: Rig, stored: TokenRoots, record: Any, error: type) -> None:
    """Two records of one epoch with other heads, or of two deployments: which root is live isn't guessed."""
    objects.add_record(session_of(token), record)
    for call in (stored.record, stored.epochs, lambda: stored.wrap(2, KEY, CONTEXT), lambda: stored.destroy(1)):
        with pytest.raises(error):
            call()
    assert word_of(stored) == "damaged"


def test_a_damaged_record_stops_everything(token: Rig, stored: TokenRoots) -> None:
    """A record that isn't whole may have been the later one."""
    template = {Attribute.APPLICATION: "driehoek", Attribute.LABEL: "driehoek record", Attribute.TOKEN: True}
    private = {Attribute.PRIVATE: True, Attribute.MODIFIABLE: False, Attribute.CLASS: ObjectClass.DATA}
    session_of(token).create_object({**template, **private, Attribute.VALUE: encode_record(record_of(3))[:-1]})
    with pytest.raises(RootDamaged):
        stored.record()
    assert word_of(stored) == "damaged"


def test_a_record_from_outside_the_login_is_none(token: Rig, stored: TokenRoots) -> None:
    """Whoever reaches the token without its PIN may add public objects; none of them is taken for a record."""
    public = {Attribute.APPLICATION: "driehoek", Attribute.LABEL: "driehoek record", Attribute.PRIVATE: False}
    session_of(token).create_object({
        **public, Attribute.CLASS: ObjectClass.DATA, Attribute.TOKEN: True, Attribute.MODIFIABLE: False,
        Attribute.VALUE: encode_record(record_of(9)),
    })  # fmt: skip
    assert state(stored) == (record_of(2), {1, 2})


def test_a_live_root_that_is_gone_is_told(token: Rig, stored: TokenRoots) -> None:
    """Somebody destroyed the live key with the token's own tools: it is missing, and the word says so."""
    assert word_of(stored) == "ok"
    for key in objects.keys(session_of(token), DEPLOYMENT, 2):
        key.destroy()
    with pytest.raises(RootMissing):
        stored.wrap(2, KEY, CONTEXT)
    assert word_of(stored) == "key-missing"


def test_a_lost_session_is_opened_again(token: Rig, stored: TokenRoots) -> None:
    """The library restarted under the store's feet: the next call logs in again."""
    wrapped = stored.wrap(2, KEY, CONTEXT)
    pkcs11.lib(token.environment["DRIEHOEK_PKCS11_MODULE"]).reinitialize()
    assert stored.unwrap(2, wrapped, CONTEXT) == KEY


def test_two_stores_share_a_login(token: Rig, stored: TokenRoots) -> None:
    """A second store on the same token in the same process works beside the first."""
    other = roots_of(token)
    assert other.unwrap(2, stored.wrap(2, KEY, CONTEXT), CONTEXT) == KEY
    assert stored.unwrap(2, other.wrap(2, KEY, CONTEXT), CONTEXT) == KEY


def test_a_token_that_is_taken_away_is_not_an_empty_one(token: Rig, stored: TokenRoots) -> None:
    """A removed token finds no objects: that is no empty store, and nothing on it was destroyed. Back, it goes on."""
    wrapped = stored.wrap(2, KEY, CONTEXT)
    away = token.folder / "away"
    token.kept.rename(away)
    for gone in (True, False):
        if not gone:
            token.kept.mkdir()  # the place of the tokens is there, and empty
        for read in (stored.record, stored.epochs, stored.deployment):
            with pytest.raises(RootUnreachable):
                read()
        with pytest.raises(RootUnwritable):
            stored.destroy(1)
        with pytest.raises(RootUnwritable):
            stored.stage(DEPLOYMENT, 3)
    shutil.rmtree(token.kept)
    away.rename(token.kept)
    assert stored.unwrap(2, wrapped, CONTEXT) == KEY
    assert state(stored) == (record_of(2), {1, 2})


@pytest.mark.parametrize(
    ("content", "mode", "word"),
    [
        (None, 0o600, "pin-missing"),
        (b"", 0o600, "pin-missing"),
        (b"\n", 0o600, "pin-missing"),
        (b"\xff\xff", 0o600, "pin-missing"),
        (b"another-pin\n", 0o600, "pin-refused"),
        (b"1", 0o600, "pin-refused"),
        (..., 0o640, "pin-open-to-others"),
        (..., 0o604, "pin-open-to-others"),
        (..., 0o600, "ok"),
        (..., 0o400, "ok"),
    ],
)
def test_what_is_wrong_with_the_pin_is_told(token: Rig, stored: TokenRoots, content: Any, mode: int, word: str) -> None:
    """Each fault of the PIN's file has its word; no message on the way holds a PIN."""
    assert stored.record() == record_of(2)
    pkcs11.lib(token.environment["DRIEHOEK_PKCS11_MODULE"]).reinitialize()
    pin_file = token.folder / "changed"
    if content is not None:
        pin_file.write_bytes(token.secrets[0].encode() if content is ... else content)
        pin_file.chmod(mode)
    store = roots_of(token, pin_file=pin_file)
    assert word_of(store) == word
    if word == "ok":
        return
    with pytest.raises(RootUnreachable) as raised:
        store.record()
    error: BaseException | None = raised.value
    while error:
        assert not any(secret in f"{error!r} {error}" for secret in (*token.secrets, "another-pin"))
        error = error.__cause__ or error.__context__
    with pytest.raises(RootUnwritable):
        store.destroy(1)


def test_a_refused_pin_is_not_tried_again(token: Rig) -> None:
    """Tokens lock themselves after a few wrong PINs: the store asks again only when the file has another one."""
    pin_file, wrong, right = token.folder / "changing-pin", "not-the-pin", token.secrets[0]
    pin_file.touch(0o600)
    pin_file.write_text(wrong)
    store = roots_of(token, pin_file=pin_file)
    assert word_of(store) == "pin-refused"
    settings = token.settings()
    library = pkcs11.lib(str(settings.pkcs11_module))
    library.get_token(token_label=settings.pkcs11_token).open(rw=True, user_pin=right).set_pin(right, wrong)
    library.reinitialize()
    assert word_of(store) == "pin-refused"  # though the token would take it now
    pin_file.write_text(f"{wrong}\r\n")
    assert word_of(store) == "pin-refused"  # the same PIN, written in another way
    assert word_of(roots_of(token, pin_file=pin_file)) == "empty"  # control: it would


def test_what_is_wrong_with_the_way_to_the_token_is_told(token: Rig, stored: TokenRoots) -> None:
    """No such token, no such library, or one that is something else: unreachable, each in its word."""
    assert word_of(stored) == "ok"
    nothing, other = token.folder / "nothing.so", Path(pkcs11.__file__)
    for store, word in (
        (roots_of(token, label="another"), "absent"),
        (roots_of(token, module=nothing), "unreachable"),
        (roots_of(token, module=other), "unreachable"),
    ):
        assert word_of(store) == word
        with pytest.raises(RootUnreachable):
            store.record()
    assert word_of(stored) == "ok"


def test_two_tokens_of_one_label_are_none(token: Rig, stored: TokenRoots) -> None:
    """Which of them is meant isn't guessed."""
    assert word_of(stored) == "ok"
    there, settings = softhsm(), token.settings()
    there.make_token(token.folder / "softhsm2.conf", settings.pkcs11_token, token.secrets[0])
    pkcs11.lib(str(settings.pkcs11_module)).reinitialize()
    with pytest.raises(RootStoreError):
        roots_of(token).record()
    assert word_of(roots_of(token)) == "absent"
