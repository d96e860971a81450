"""Building views anew, with progress: by order, and after every restore."""

from collections.abc import Iterable

from rich.progress import Progress

from ops.wiring import CellService


def rebuild(service: CellService, bar: Progress, names: Iterable[str]) -> None:
    """Forget these views and build them from the first event; killed half-way, the next worker goes on."""
    for name in names:
        builder = service.builders[name]
        task = bar.add_task(name, total=service.recorder.max_notification_id() or 0)
        builder.clear(service.connections)
        while taken := builder.advance(service.connections):
            bar.advance(task, taken)
