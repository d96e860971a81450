"""The commands. Exit codes: 0 done, 1 refused or failed (one line says why), 2 wrong usage."""

import sys
from typing import Final

import psycopg
import typer
from eventsourcing.persistence import PersistenceError

from crypto.errors import CryptoError
from domain.errors import Refusal
from domain.reads import NotRecorded
from ops import logs
from ops.audit.errors import AuditError
from ops.commands import (
    adherence,
    audits,
    backups,
    checkpoints,
    keys,
    passkeys,
    policies,
    processes,
    verifying,
    views,
    witnesses,
)
from ops.commands.setting import SettingsError
from ops.demo.player import Refused
from ops.demo.run import DemonstrationError
from ops.demo.script import ScriptError
from ops.embedded import KeysInsideDataError
from ops.erasure.backup import BackupError
from ops.erasure.copies import CopiesError
from ops.erasure.epochs import AnotherEraserError
from ops.erasure.orders import OrderError
from ops.erasure.recovery import RecoveryError
from ops.erasure.restore import StillInUse
from ops.escrow import EscrowError
from ops.identity import IssuerError
from ops.keys.service import WrongRootError
from ops.log.errors import LogError
from ops.policies import PolicyFileError
from ops.secret_file import SecretFileError
from ops.settings import RootSettingsError
from ops.store.connections import library_error
from ops.store.rows import StoreError
from ops.wiring import NotFoundedError
from ops.witness.errors import WitnessError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(processes.app)
app.add_typer(views.app, name="projections")
app.add_typer(keys.app, name="keys")
app.add_typer(checkpoints.app, name="log")
app.add_typer(audits.app, name="audit")
app.add_typer(witnesses.app, name="witness")
app.add_typer(backups.app)
app.add_typer(adherence.app)
app.add_typer(policies.app, name="policy")
app.add_typer(passkeys.app, name="passkeys")
app.add_typer(verifying.app)

_KNOWN: Final = (
    SettingsError,
    RootSettingsError,
    KeysInsideDataError,
    IssuerError,
    SecretFileError,
    ScriptError,
    DemonstrationError,
    Refused,
    Refusal,
    NotFoundedError,
    WrongRootError,
    StoreError,
    PersistenceError,
    CryptoError,
    CopiesError,
    AnotherEraserError,
    OrderError,
    EscrowError,
    BackupError,
    RecoveryError,
    StillInUse,
    LogError,
    AuditError,
    NotRecorded,
    WitnessError,
    PolicyFileError,
)


def main() -> None:
    """Run a command; what we know how to say is one line, without a traceback."""
    logs.configure()
    try:
        app()
    except _KNOWN as error:
        _refuse(str(error))
    except psycopg.Error as error:
        _refuse(str(library_error(error)))  # PostgreSQL's own words can quote values
    except OSError as error:
        # The system's own words for what went wrong; without the path that it went wrong with.
        _refuse(error.strerror or type(error).__name__)


def _refuse(why: str) -> None:
    typer.echo(f"driehoek: {why}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
