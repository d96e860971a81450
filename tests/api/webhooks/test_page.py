"""The page on webhooks: its receiver runs as it stands."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.api.people import C, Cast
from tests.api.webhooks.conftest import Sending
from tests.api.webhooks.receiver import Hearer, hearing
from tests.architecture.house import ROOT

PAGE: Final = (ROOT / "docs" / "how-to" / "receive-webhooks.md").read_text(encoding="utf-8")


def test_the_pages_receiver_takes_each_change_once(
    cast: Cast, sending: Sending, register: Callable[..., dict[str, Any]], act: Callable[[int], None], tmp_path: Path
) -> None:
    """It prints every change in order; killed and started again, and sent everything anew, it goes on behind them."""
    [program] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    act(5)
    with hearing() as free:
        port = free.url.rsplit(":", 1)[1].split("/")[0]
    hook = register(Hearer(lambda _: 204, free.url), C, after=0)
    environment = {**os.environ, "SECRET": hook["secret"], "PORT": port}
    wanted = cast.send(C, "GET", "/v1/changes", params={"limit": 200}).json()["entries"]
    told: list[str] = []
    for least in (3, len(wanted)):
        with subprocess.Popen(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdout
            with sending(pauses=(0.05,) * 2_000):
                while len(told) < least:
                    line = process.stdout.readline()
                    assert line, "the receiver has ended"
                    told += [line] if line not in told else []
                process.kill()
                told += [line for line in process.stdout if line not in told]  # killed before it wrote the number down
        cast.write(C, "POST", f"/v1/webhooks/{hook['id']}/replay", {"after": 0})
    assert [line.split() for line in told] == [[one["sequence"], one["type"], one["subject"]] for one in wanted]
