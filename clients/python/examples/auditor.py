"""What an auditor does each month: fetch the evidence of an engagement, check it, and remember what was seen.

    DRIEHOEK_URL=… DRIEHOEK_TOKEN=… python auditor.py ENGAGEMENT --folder evidence \
        --verifier driehoek-verify.pyz --policy policy

The folder keeps one checkpoint. At first it is the log's latest, afterwards that of the last bundle that was verified;
each new bundle has to prove that its log extends the one that was kept. Verifier and policy aren't fetched: they come
from somebody whom the auditor trusts. Exits with the verifier's status, and with 0 if none is given: then nothing is
verified, and the kept checkpoint stays as it is.
"""

import argparse
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from driehoek_client import Client, DriehoekError


def size_of(checkpoint: bytes) -> int:
    """How many entries a checkpoint is about: its second line (C2SP tlog-checkpoint)."""
    return int(checkpoint.split(b"\n", 2)[1])


def fetch(engagement: str, folder: Path) -> Path:
    """The engagement's bundle, in the folder, with a checkpoint beside it that the bundle has to extend."""
    kept = folder / "checkpoint"
    with Client(os.environ["DRIEHOEK_URL"], os.environ["DRIEHOEK_TOKEN"]) as driehoek:
        latest = driehoek.audit.read_checkpoint().body
        if not kept.exists():
            kept.write_bytes(latest)
        since = size_of(kept.read_bytes())
        print(f"the log has {size_of(latest)} entries; it had {since}")
        bundle = folder / f"{engagement}.zip"
        got = driehoek.audit.export_engagement_evidence(engagement, since=since, into=bundle)
    print(f"{got.path.name}: {got.size} bytes, SHA-256 {got.sha256}")
    return got.path


def verify(bundle: Path, kept: Path, verifier: Path, policy: Path) -> int:
    """The verifier's status; where all holds, the bundle's checkpoint is the one to keep."""
    command = [sys.executable, str(verifier), str(bundle), "--policy", str(policy), "--seen", str(kept)]
    status = subprocess.run(command, check=False).returncode  # noqa: S603 - the verifier that the auditor named
    if status == 0:
        with zipfile.ZipFile(bundle) as packed:
            kept.write_bytes(packed.read("checkpoint"))
    return status


def main() -> int:
    """Fetch, and check if there is something to check with."""
    parser = argparse.ArgumentParser(description="Fetch and verify the evidence of an engagement.")
    parser.add_argument("engagement")
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--verifier", type=Path, help="driehoek-verify.pyz")
    parser.add_argument("--policy", type=Path, help="whose signatures count")
    asked = parser.parse_args()
    if (asked.verifier is None) != (asked.policy is None):
        parser.error("a verifier and a policy go together")
    try:
        bundle = fetch(asked.engagement, asked.folder)
    except DriehoekError as error:
        print(f"no bundle: {error}", file=sys.stderr)
        return 3
    if asked.verifier is None:
        print("not verified")
        return 0
    sys.stdout.flush()  # what comes next is the verifier's
    return verify(bundle, asked.folder / "checkpoint", asked.verifier, asked.policy)


if __name__ == "__main__":
    sys.exit(main())
