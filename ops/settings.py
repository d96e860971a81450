"""Settings, from the environment (``DRIEHOEK_*``, and ``DATABASE_URL``) or a ``.env`` file.

Secrets aren't settings: the root key is a file of its own, outside the database's folder, readable by its owner only.
"""

from pathlib import Path
from typing import Final

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_ISSUER: Final = "driehoek-development"


class Settings(BaseSettings):
    """How this process runs.

    Attributes:
        home: where the embedded server, the root key and the development issuer's key live.
        database_url: a PostgreSQL 17 or later; without it the embedded server in ``home`` is used.
        migration_url: the same database as the login that owns the schema; ``database_url`` by default.
        cell: the schema, one per organisation that keeps its own log.
        root_key: the root key's file; made by ``migrate`` when it is missing and nothing is recorded yet.
        issuer: the OIDC issuer that tokens must come from; the development issuer when it isn't set.
        jwks: a file with the issuer's public keys (RFC 7517), needed with ``issuer``.
        audience: the audience that tokens must be for.
        operator: the token subject that appoints overseers.
        host, port: where the API listens; port 0 lets the system choose.
        max_body: bytes that a request may have.
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
    root_key: Path | None = None
    issuer: str = DEVELOPMENT_ISSUER
    jwks: Path | None = None
    audience: str = "driehoek"
    operator: str = "operator"
    host: str = "127.0.0.1"
    port: int = 8400
    max_body: int = 1024 * 1024

    @property
    def data(self) -> Path:
        """The embedded server's folder."""
        return self.home / "postgres"

    @property
    def root_key_file(self) -> Path:
        """Where the root key is."""
        return self.root_key or self.home / "keys" / "root.key"

    @property
    def development_key_file(self) -> Path:
        """Where the development issuer's private key is."""
        return self.home / "keys" / "development-issuer.json"
