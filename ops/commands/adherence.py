"""Adherence: how many findings there are, by rule and result."""

import typer

from domain.adherence.catalogue import RULES
from domain.adherence.findings import Result
from ops.adherence import all_findings
from ops.clock import now
from ops.commands.setting import Json, answer, opened, read_settings
from projections.adherence import by_rule, judging

app = typer.Typer()


@app.command()
def adherence(*, as_json: Json = False) -> None:
    """How many findings there are over all engagements, by rule and result; whose they are is for supervisors."""
    with opened(read_settings()) as service:
        told = by_rule(all_findings(service, now(), judging(service.write_side.policies())))
    if as_json:
        counted = {rule.value: {result.value: count for result, count in of.items()} for rule, of in told.items()}
        answer({"rules": counted})
        return
    for rule, of in told.items():
        counts = ", ".join(f"{of[result]} {result.value.replace('_', ' ')}" for result in Result if of[result])
        typer.echo(f"{rule.value} ({RULES[rule].severity.value}, {RULES[rule].phrase}): {counts or 'nothing yet'}")
