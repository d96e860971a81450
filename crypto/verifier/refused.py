"""How the verifier says no: every check in this package is silent where it holds, and raises this where it doesn't."""


class Refused(Exception):  # noqa: N818 - an answer, named by what it says
    """Something isn't what it should be; ``reason`` says what, and repeats nothing of what was checked but numbers."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
