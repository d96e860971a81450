"""How the verifier says no."""


class Refused(Exception):  # noqa: N818 - an answer, named by what it says
    """Something isn't what it should be.

    ``reason`` is a fixed text for people: it says what is wrong, and repeats nothing of what was checked but numbers.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
