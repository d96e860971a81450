"""Root stores: where the one key lives that the key tree hangs from, and where it is forgotten.

Both keep ``crypto.ports.RootStore``, and one suite of tests holds both to it.

1. ``files``: halves in two folders. ``folder`` is one of the two, ``both`` is what they are together, ``places`` says
   in one word how one is.
2. ``token``: keys that never leave a PKCS#11 token, and ``session``: the way to it. Imported only where it is chosen.
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
    if settings.pkcs11_module is None or settings.pkcs11_pin_file is None:
        raise RootSettingsError("a token needs its PKCS#11 library and a file with its PIN")
    from ops.roots.token import TokenRoots  # noqa: PLC0415 - a native library, for those who have a token only

    return TokenRoots(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin_file)
