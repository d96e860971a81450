"""``make bench``: run every row against a fresh embedded PostgreSQL, print the table, exit 0.

Environment:

- ``BENCH_ROUNDS``: rounds a row (7); fewer only for a smoke test.
- ``BENCH_ONLY``: some of ``appends,views,reads,erasures,proofs,requests,evidence``.
- ``BENCH_JSON``: a file for the rows as JSON.

A goal that is missed is shown beside its figure with ✗; it is a finding, not a failure of the run.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ops.bench import appends, erasures, evidence, proofs, reads, requests, views
from ops.bench.rounds import Row, save, show
from ops.embedded import EmbeddedPostgres

_PARTS: Final[Mapping[str, Callable[[str, str], Iterator[Row]]]] = {
    "appends": appends.rows,
    "views": views.rows,
    "reads": reads.rows,
    "erasures": erasures.rows,
    "proofs": proofs.rows,
    "requests": requests.rows,
    "evidence": evidence.rows,
}


def main() -> None:
    """Measure, print, write."""
    logging.getLogger("eventsourcing").setLevel(logging.ERROR)
    wanted = os.environ.get("BENCH_ONLY", ",".join(_PARTS)).split(",")
    folder = Path(tempfile.mkdtemp(prefix="driehoek-bench-"))
    measured: list[Row] = []
    try:
        with EmbeddedPostgres(folder / "pg") as server:
            for name in wanted:
                for row in _PARTS[name](server.url("ours"), server.url(f"peer_{name}")):
                    measured.append(row)
                    print(f"{row.name}: {row.theirs} / {row.ours}: {row.ratio:,.2f}{row.unit}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(measured)
    if path := os.environ.get("BENCH_JSON"):
        save(measured, Path(path))


if __name__ == "__main__":
    main()
