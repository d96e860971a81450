"""How identity refuses. No error holds a key, a token or an address."""


class IssuerError(Exception):
    """The issuer's configuration can't work."""


class ProviderError(Exception):
    """The provider gave no keys. ``word`` says why, and is one of a fixed few."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class KeyUnknown(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """None of the issuer's keys may check this signature."""


class KeysOutOfReach(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """It can't be told now whether a key is the issuer's: the provider doesn't answer.

    Attributes:
        seconds: after which it is worth asking again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("the provider's keys can't be had now")
        self.seconds = seconds
