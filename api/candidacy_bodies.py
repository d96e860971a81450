"""The shapes of what coaches tell of themselves, before the choice and after it."""

from typing import Annotated

from pydantic import Field

from api.shapes import Body
from api.values import Said, Text
from domain.vocabulary import ProfileFacet


class Profile(Body):
    """How you work: at least one of these isn't empty (R11, R13, R50)."""

    methods: Text = ""
    experience: Text = ""
    references: Text = ""
    models: Annotated[list[Said], Field(max_length=50)] = Field(default_factory=list)
    training: Text = ""
    original_supervision: Text = ""

    def facets(self) -> frozenset[ProfileFacet]:
        """What is told."""
        said = self.content()
        return frozenset(facet for facet in ProfileFacet if "".join(said[facet.value]).strip())


class EthicsCode(Body):
    """The code of ethics that you acknowledge, by its name, its text or where it can be read (R12)."""

    code: Said
    remark: Text = ""


class CandidacyRefusal(Body):
    """Why you decline, if you want to say, and whom you recommend instead (X4)."""

    reason: Text = ""
    referral: Text = ""
