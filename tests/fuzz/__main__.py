"""``make fuzz``: the full campaign against a server of its own. Exit code 1 if anything fails, 2 if it can't run."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from tests.fuzz.callers import world
from tests.fuzz.campaign import Campaign, Report

CASES: Final = 20_000
SEED: Final = 1


def main() -> int:
    """Run a campaign as asked, and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="how many, at least")
    parser.add_argument("--seed", type=int, default=SEED, help="what all cases are drawn from")
    parser.add_argument("--only", action="append", default=[], metavar="'METHOD /path'", help="this operation")
    parser.add_argument("--keep", type=Path, help="a folder for each failing request")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="driehoek-fuzz-", ignore_cleanup_errors=True) as folder:
        console = Console(stderr=True)
        with world(Path(folder)) as made, Progress(console=console, transient=True) as progress:
            campaign = Campaign(made, asked.seed, asked.only, asked.keep)
            task = progress.add_task("Asking", total=asked.cases)
            report = campaign.run(asked.cases, lambda: progress.advance(task))
    sys.stdout.write(json.dumps(report.as_json()) + "\n" if asked.json else _told(report))
    return 1 if report.findings else 0


def _told(report: Report) -> str:
    """The report for people."""
    lines = [
        f"{report.cases} cases to {report.operations} operations by {len(report.callers)} kinds of caller",
        f"seed {report.seed}, {report.seconds:.0f} s",
        "answers: " + ", ".join(f"{number} × {status}" for status, number in sorted(report.statuses.items())),
        f"{len(report.findings)} failures",
    ]
    kinds = Counter((one.operation, one.check, one.status, one.problem) for one in report.findings)
    first = {(one.operation, one.check, one.status, one.problem): one for one in reversed(report.findings)}
    for kind, times in kinds.most_common():
        operation, check, status, problem = kind
        one = first[kind]
        lines.append(f"  {times} × {operation}: {check}, {status} {problem}, first case {one.number} by {one.caller}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
