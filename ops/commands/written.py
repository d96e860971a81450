"""``driehoek audit receipt``: what somebody was answered with who let a write wait for its checkpoint."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crypto.verifier.refused import Refused
from ops.audit.written import MAX_RECEIPT, check_receipt
from ops.commands.setting import Json, answer

app = typer.Typer()


@app.command()
def receipt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The receipt, or the answer with it.")],
    policy: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Whose signatures count (tlog-policy).")],
    *,
    as_json: Json = False,
) -> None:
    """Check the receipt of a write, offline. Ends with 1 if it doesn't hold."""
    from ops.audit.fetching import policy_in  # noqa: PLC0415 - an HTTP client comes with it, for few commands only

    with file.open("rb") as opened:
        raw = opened.read(MAX_RECEIPT + 1)
    try:
        proved = check_receipt(raw, policy_in(policy))
    except Refused as refused:
        if as_json:
            answer({"holds": False, "reason": refused.reason})
        else:
            typer.echo(f"The receipt doesn't hold: {refused.reason}.")
        raise typer.Exit(1) from None
    if as_json:
        answer({"holds": True, **asdict(proved)})
        return
    typer.echo(f"It holds: {proved.leaf_hash} is event {proved.index + 1} of {proved.size} in {proved.origin}.")
