"""One process's way to a PKCS#11 token: the library, the PIN, the login, and all three again when they are lost.

The native library's state belongs to the process: python-pkcs11 starts it for one thread at a time, and a login is good
for every session. So all of this module's users take turns, under one lock; and since tokens don't refuse a second key
of the same name, processes take turns too, by a lock on the PIN's file, which all of them read.

A session is tried before each use. Lost with a fork, a restarted library or a token that was away, it is opened again.
A PIN that the token refused isn't tried a second time: three such attempts lock most tokens for good.
"""

import fcntl
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

import pkcs11
from pkcs11.exceptions import (
    MultipleTokensReturned,
    NoSuchToken,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from crypto.errors import RootUnreachable

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST_PIN: Final = 256
_PIN_ERRORS: Final = (PinExpired, PinIncorrect, PinInvalid, PinLenRange, PinLocked)
_SOFT: Final = "SoftHSM project"


class TokenProblem(RootUnreachable):
    """Why a token can't be used; ``word`` says it in one."""

    word: ClassVar[str] = "unreachable"


class TokenAbsent(TokenProblem):
    """The library is there, and there isn't just one token of that label."""

    word = "absent"
    message = "the token isn't there"


class PinMissing(TokenProblem):
    """The PIN's file isn't there, can't be read, or is empty."""

    word = "pin-missing"
    message = "the token's PIN can't be read"


class PinOpenToOthers(TokenProblem):
    """Others than its owner have rights on the PIN's file."""

    word = "pin-open-to-others"
    message = "the token's PIN can be read by others than its owner"


class PinRefused(TokenProblem):
    """The token doesn't take the PIN. It is tried again when the file has another one, or by another process."""

    word = "pin-refused"
    message = "the token refuses the PIN"


class _OneAtATime:
    """A lock for the process that a fork leaves open in the child, whoever held it in the parent."""

    def __init__(self) -> None:
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self.lock = threading.RLock()


_turns: Final = _OneAtATime()
_started_in: Final[dict[Path, int]] = {}
"""In which process a library was started: after a fork it has to be started again (PKCS#11 2.40, 5.4)."""


class Connection:
    """A token, logged in to. Nothing happens before the first ``using``."""

    def __init__(self, module: Path, label: str, pin_file: Path) -> None:
        self._module = module
        self._label = label
        self._pin_file = pin_file
        self._session: pkcs11.Session | None = None
        self._process = 0
        self._refused: str | None = None

    def __repr__(self) -> str:
        return "Connection(***)"

    @contextmanager
    def using(self) -> Iterator[pkcs11.Session]:
        """A session that works, and that nobody else uses meanwhile, in this process or another one.

        Raises:
            TokenProblem: a kind of ``RootUnreachable``.
        """
        with _turns.lock, self._pin() as pin:
            yield self._working(pin)

    def again(self) -> pkcs11.Session:
        """Within ``using``: a session that sees what the token really has, after something was changed.

        SoftHSM says "done" before anything reached the disk, and also when the disk is full; so what it remembers is
        thrown away, and the disk is waited for (it never asks for that). Other tokens are taken at their word.
        """
        if self._session is None:
            raise TokenProblem
        if self._session.token.manufacturer_id != _SOFT:
            return self._session
        os.sync()
        self._session = None
        _library(self._module).reinitialize()
        with self._pin(locked=False) as pin:
            return self._working(pin)

    def _working(self, pin: str) -> pkcs11.Session:
        try:
            if self._session is not None and self._process == os.getpid() and _answers(self._session, self._label):
                return self._session
            self._session = None
            if pin == self._refused:
                raise PinRefused
            self._process = os.getpid()
            self._session = self._login(pin)
        except PKCS11Error as error:
            raise TokenProblem from error
        return self._session

    def _login(self, pin: str) -> pkcs11.Session:
        token = self._token()
        try:
            return token.open(rw=True, user_pin=pin)
        except UserAlreadyLoggedIn:
            return token.open(rw=True)
        except _PIN_ERRORS as error:
            self._refused = pin
            raise PinRefused from error

    def _token(self) -> pkcs11.Token:
        library = _library(self._module)
        try:
            return library.get_token(token_label=self._label)
        except PKCS11Error:
            library.reinitialize()  # a library may look for tokens only when it starts
        try:
            return library.get_token(token_label=self._label)
        except (NoSuchToken, MultipleTokensReturned) as error:
            raise TokenAbsent from error

    @contextmanager
    def _pin(self, *, locked: bool = True) -> Iterator[str]:
        try:
            handle = os.open(self._pin_file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise PinMissing from error
        try:
            if os.fstat(handle).st_mode & _OTHERS:
                raise PinOpenToOthers
            try:
                if locked:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                pin = os.read(handle, _LONGEST_PIN).decode().rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise PinMissing from error
            if not pin:
                raise PinMissing
            yield pin
        finally:
            os.close(handle)


def _library(module: Path) -> "pkcs11._pkcs11.lib":
    library = pkcs11.lib(str(module))
    if _started_in.setdefault(module, os.getpid()) != os.getpid():
        _started_in[module] = os.getpid()
        library.reinitialize()
    return library


def _answers(session: pkcs11.Session, label: str) -> bool:
    """Whether the session is open and the token is there: one that is gone finds no objects, without any error."""
    try:
        session.generate_random(64)
        return session.token.slot.get_token().label == label
    except PKCS11Error:
        return False
