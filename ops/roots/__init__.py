"""Root stores: where the one key lives that the key tree hangs from, and where it is forgotten.

Each keeps ``crypto.ports.RootStore``, and one suite of tests holds them to it.

1. ``files``: halves in two folders. ``folder`` is one of the two, ``both`` is what they are together, ``places`` says
   in one word how one is.
"""

from crypto.ports import RootStore
from ops.roots.files import FileRoots
from ops.settings import RootSettingsError, Settings

__all__ = ["FileRoots", "open_roots"]


def open_roots(settings: Settings) -> RootStore:
    """The root store that is configured. Nothing is made, read or logged in to until it is asked something.

    Raises:
        RootSettingsError: the settings don't name one.
    """
    if settings.root_store == "files":
        return FileRoots(*settings.root_folders)
    raise RootSettingsError("this version knows root keys in files only")
