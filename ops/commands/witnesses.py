"""Run a witness for somebody else's log: sign each checkpoint that extends the one before (C2SP tlog-witness)."""

from pathlib import Path
from typing import Annotated

import structlog
import typer

from ops.clock import now
from ops.commands.setting import Json, answer
from ops.database import leave_tidily
from ops.witness.errors import WatchesNothing

app = typer.Typer(help=__doc__)

_Home = Annotated[Path, typer.Option(file_okay=False, help="The witness's folder: its keys, and what it signed last.")]
_Name = Annotated[str | None, typer.Option(help="The witness's name: a URL without its scheme.")]


@app.callback(invoke_without_command=True)
def witness(
    context: typer.Context,
    *,
    home: _Home = Path(".witness"),
    name: _Name = None,
    log: Annotated[list[str] | None, typer.Option(help="A key of a log to watch (vkey); again for more.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 lets the system choose.")] = 8401,
    ml_dsa: Annotated[bool, typer.Option(help="Sign with ML-DSA-44 besides Ed25519.")] = True,
) -> None:
    """Run a witness until it is stopped. Its folder and keys are made on the first day."""
    if context.invoked_subcommand is None:
        _run(home, name, log or [], host, port, ml_dsa=ml_dsa)


@app.command()
def key(*, home: _Home = Path(".witness"), name: _Name = None, as_json: Json = False) -> None:
    """Print the witness's public keys, as a policy names them. Makes the keys where a name is given and none are."""
    from ops.witness.witness import signers_in  # noqa: PLC0415 - for this command only

    vkeys = [str(signer.key) for signer in signers_in(home, name, make=name is not None)]
    if as_json:
        answer({"keys": vkeys})
        return
    for vkey in vkeys:
        typer.echo(vkey)


def _run(home: Path, name: str | None, logs: list[str], host: str, port: int, *, ml_dsa: bool) -> None:
    import uvicorn  # noqa: PLC0415 - half of what there is to import, for this command only

    from crypto.verifier.notes import ML_DSA_44  # noqa: PLC0415 - as above
    from ops.http_server import listen  # noqa: PLC0415 - as above
    from ops.witness.app import create_app  # noqa: PLC0415 - as above
    from ops.witness.witness import Witness, signers_in, watched  # noqa: PLC0415 - as above

    if not logs:
        raise WatchesNothing
    leave_tidily()
    known = watched(logs)
    signers = [one for one in signers_in(home, name, make=name is not None) if ml_dsa or one.key.kind != ML_DSA_44]
    app_ = create_app(Witness(home, signers, known, lambda: int(now().timestamp())))
    listening = listen(host, port)
    address, chosen = listening.getsockname()[:2]
    structlog.get_logger().info("serving", url=f"http://{address}:{chosen}", count=len(known))
    config = uvicorn.Config(
        app_, log_config=None, access_log=False, server_header=False, workers=1, timeout_keep_alive=30,
        limit_concurrency=64, h11_max_incomplete_event_size=16_384,
    )  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()
