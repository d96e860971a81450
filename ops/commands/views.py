"""The views: how far they are, and building them anew."""

from typing import Annotated

import typer

from ops.commands.setting import Json, answer, opened, progress, read_settings
from ops.views import rebuild as rebuild_views

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def status(*, as_json: Json = False) -> None:
    """How far each view is behind the log."""
    with opened(read_settings()) as service:
        size = service.recorder.max_notification_id() or 0
        behind = {name: size - builder.position(service.connections) for name, builder in service.builders.items()}
    if as_json:
        answer({"log": size, "behind": behind})
        return
    for name, count in behind.items():
        typer.echo(f"{name}: {count} events behind" if count else f"{name}: up to date")


@app.command()
def rebuild(
    view: Annotated[list[str] | None, typer.Argument(help="Views to build anew; all of them by default.")] = None,
) -> None:
    """Build views anew from the first event. Readers wait meanwhile; nothing is lost."""
    with opened(read_settings()) as service:
        unknown = set(view or ()) - service.builders.keys()
        if unknown:
            raise typer.BadParameter(f"known views: {', '.join(service.builders)}")
        with progress() as bar:
            rebuild_views(service, bar, view or service.builders)
