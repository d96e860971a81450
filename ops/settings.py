"""Settings, from the environment (``DRIEHOEK_*``, and ``DATABASE_URL``) or a ``.env`` file.

Secrets aren't settings: root keys and the PIN of a token are files of their own, outside the database's folder,
readable by their owner only.
"""

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ops.log.place import DEFAULT_NAME, LogPlace, is_log_name

Network = IPv4Network | IPv6Network

DEVELOPMENT_ISSUER: Final = "driehoek-development"


class RootSettingsError(ValueError):
    """What is set about the root store can't be meant. Says what; names no path."""


class Settings(BaseSettings):
    """How this process runs.

    Attributes:
        home: where the embedded server, root keys, key copies and the development issuer's key live.
        database_url: a PostgreSQL 17 or later; without it the embedded server in ``home`` is used.
        migration_url: the same database as the login that owns the schema; ``database_url`` by default.
        cell: the schema, one per organisation that keeps its own log.
        root_store: where root keys are kept: halves in two folders (``files``), or on a PKCS#11 token (``pkcs11``).
        root_a, root_b: the two folders, on two mounts; the order doesn't matter. In ``home`` by default.
        pkcs11_module: the token's PKCS#11 library.
        pkcs11_token: the token's label.
        pkcs11_pin_file: a file with the token's user PIN, readable by its owner only.
        key_copies: folders that get a copy of the key tree's changed pages, joined by ``:`` like a search path; two
            or more, apart from the database. In ``home`` by default.
        log_name: the log's name, a URL without its scheme; kept from the first checkpoint on.
        log_folder: where the log's keys and its last signed checkpoint are, apart from the database and from its
            backups. In ``home`` by default.
        log_policy: a file (C2SP tlog-policy) with the witnesses to ask, and how many of them count; none by default.
        tsa_url: an RFC 3161 time stamp authority that stamps a checkpoint every hour; none by default.
        tsa_cert: a file with its certificate, or its issuer's (PEM), needed with ``tsa_url``.
        issuer: the OIDC issuer that tokens must come from; the development issuer when it isn't set.
        jwks: a file with the issuer's public keys (RFC 7517); without it they are asked of the issuer itself.
        audience: the audience that tokens must be for.
        client_id: what this server is called at the issuer, where browsers log in; nobody can log in without one.
        client_secret_file: a file with its password there, for a client that has one.
        public_url: under which browsers know this server: scheme, host and port; needed with ``client_id`` and
            for passkeys.
        passkeys: ``offered`` to who likes one, or ``required`` of everybody for what one is asked for.
        passkey_domain: the domain that passkeys are bound to, for ever; that of ``public_url`` by default.
        operator: the token subject that appoints overseers.
        host, port: where the API listens; port 0 lets the system choose.
        receipts: whether a write that waits for its checkpoint is answered with its proof of inclusion. It tells its
            author how much the whole cell has recorded by then, and two of them how much in between.
        max_body: bytes that a request may have.
        rate_caller, rate_address: requests a minute of one person or API key, and of one address in nobody's name, as
            each process counts them; 0 for as many as they like.
        max_reads, max_writes: how many requests one process serves at once; 0 for as many as there are.
        metrics_token_file: a file with the token for ``/metrics``, readable by its owner only; there are none without.
        max_streams, streams_each: how many streams one process serves, and how many of them to one person.
        stream_heartbeat_seconds: how long a stream may be silent; less than any proxy's patience.
        webhook_networks: private networks that webhooks may be sent to, and over http, as ``10.0.0.0/8``, joined by
            commas; by default they go to public addresses alone, and over https.
        stream_seconds: how long a stream lasts, and with it a token that has expired.
    """

    model_config = SettingsConfigDict(
        env_prefix="DRIEHOEK_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path(".driehoek")
    database_url: str | None = Field(
        default=None, repr=False, validation_alias=AliasChoices("database_url", "DATABASE_URL", "DRIEHOEK_DATABASE_URL")
    )
    migration_url: str | None = Field(default=None, repr=False)
    cell: str = "cell"
    root_store: Literal["files", "pkcs11"] = "files"
    root_a: Path | None = None
    root_b: Path | None = None
    pkcs11_module: Path | None = None
    pkcs11_token: str = "driehoek"  # noqa: S105 - a label
    pkcs11_pin_file: Path | None = None
    key_copies: Annotated[tuple[Path, ...], NoDecode] = ()
    log_name: str = DEFAULT_NAME
    log_folder: Path | None = None
    log_policy: Path | None = None
    tsa_url: str | None = None
    tsa_cert: Path | None = None
    issuer: str = DEVELOPMENT_ISSUER
    jwks: Path | None = None
    audience: str = "driehoek"
    client_id: str | None = None
    client_secret_file: Path | None = None
    public_url: str | None = None
    passkeys: Literal["offered", "required"] = "offered"
    passkey_domain: str | None = None
    operator: str = "operator"
    host: str = "127.0.0.1"
    port: int = 8400
    receipts: bool = False
    max_body: int = 1024 * 1024
    rate_caller: int = Field(default=600, ge=0)
    rate_address: int = Field(default=300, ge=0)
    max_reads: int = Field(default=256, ge=0)
    max_writes: int = Field(default=64, ge=0)
    metrics_token_file: Path | None = None
    max_streams: int = Field(default=1_000, ge=0)
    streams_each: int = Field(default=8, ge=1)
    stream_heartbeat_seconds: float = Field(default=15.0, gt=0)
    stream_seconds: float = Field(default=900.0, gt=0)
    webhook_networks: Annotated[tuple[Network, ...], NoDecode] = ()

    @field_validator("key_copies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value

    @field_validator("log_name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not is_log_name(value):
            raise ValueError("a log's name is a URL without its scheme")
        return value

    @field_validator("tsa_url")
    @classmethod
    def _over_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("a time stamp authority has an http or https URL")
        return value

    @property
    def data(self) -> Path:
        """The embedded server's folder."""
        return self.home / "postgres"

    @property
    def root_folders(self) -> tuple[Path, Path]:
        """Where the two halves of root keys are."""
        keys = self.home / "keys"
        return self.root_a or keys / "a", self.root_b or keys / "b"

    @property
    def copy_folders(self) -> tuple[Path, ...]:
        """Where copies of the key tree's pages go."""
        copies = self.home / "copies"
        return self.key_copies or (copies / "a", copies / "b")

    @property
    def log_place(self) -> LogPlace:
        """How the log is run."""
        folder = self.log_folder or self.home / "log"
        return LogPlace(folder, self.log_name, self.log_policy, self.tsa_url, self.tsa_cert)

    @property
    def development_key_file(self) -> Path:
        """Where the development issuer's private key is."""
        return self.home / "keys" / "development-issuer.json"
