"""``driehoek-verify BUNDLE --policy FILE``: exits with 0 where all holds, 1 where anything doesn't, 2 if misused."""

import argparse
import json
import sys
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from crypto.verifier.notes import MAX_NOTE
from crypto.verifier.plan import NOT_CHECKED, STEPS, Report, verify
from crypto.verifier.policy import MAX_POLICY, Policy
from crypto.verifier.refused import Refused

MARKS = {True: "✓", False: "✗", None: "–"}
SHOWN = 20


def main(arguments: list[str] | None = None) -> int:
    """Verify a bundle and print what was found."""
    parser = argparse.ArgumentParser("driehoek-verify", description="Verify a bundle of evidence, offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--policy", type=Path, required=True, help="whose signatures count (C2SP tlog-policy)")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a checkpoint that was seen before")
    parser.add_argument("--tsa", type=Path, action="append", default=[], help="certificates of authorities (PEM)")
    parser.add_argument("--json", action="store_true", help="print JSON, with what disclosed parts say")
    asked = parser.parse_args(arguments)
    try:
        with asked.policy.open("rb") as file:
            policy = Policy.parse(file.read(MAX_POLICY + 1))
        authorities = [one for path in asked.tsa for one in load_pem_x509_certificates(path.read_bytes())]
        seen = [path.read_bytes()[: MAX_NOTE + 1] for path in asked.seen]
        with asked.bundle.open("rb") as file:
            report = verify(file, policy, seen, authorities)
    except (OSError, ValueError, Refused) as error:
        parser.error(str(error))
    print(_as_json(report) if asked.json else _as_text(report))  # noqa: T201 - the answer
    return 0 if report.verified else 1


def _as_text(report: Report) -> str:
    lines = []
    for step, title in enumerate(STEPS, start=1):
        remark = f" ({report.remarks[step]})" if step in report.remarks else ""
        lines.append(f"{step:2} {MARKS[report.results[step]]} {title}{remark}")
        found = report.findings.get(step, [])
        more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        lines += [f"     {one}" for one in [*found[:SHOWN], *more]]
    verdict = "Verified: everything that could be checked holds." if report.verified else "NOT VERIFIED."
    return "\n".join([*lines, "", verdict, "Not checked:", *(f"  - {one}" for one in NOT_CHECKED)])


def _as_json(report: Report) -> str:
    steps = [
        {"step": step, "title": title, "holds": report.results[step], "findings": report.findings.get(step, [])}
        for step, title in enumerate(STEPS, start=1)
    ]
    said = {"verified": report.verified, "steps": steps, "not_checked": NOT_CHECKED, "remarks": report.remarks}
    return json.dumps(said | {"disclosed": report.disclosed}, ensure_ascii=False, default=str)


if __name__ == "__main__":
    sys.exit(main())
