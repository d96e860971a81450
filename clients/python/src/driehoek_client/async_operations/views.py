# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: views, for asyncio."""

from typing import Any, Literal

from driehoek_client import models as m
from driehoek_client.answers import Answer, Download
from driehoek_client.calls import at, read
from driehoek_client.pages import AsyncPages
from driehoek_client.wire import AsyncWire, Place


class AsyncViews:
    """Operations: views, for asyncio."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire

    async def read_view(
        self,
        view: Literal["sponsor-organisation", "line-manager", "coach", "coachee"],
        engagement_id: str,
        *,
        fields: str | None = None,
        personal: Literal["true", "false"] | None = None,
    ) -> Answer[dict[str, Any]]:
        """Your view of an engagement.

        Its version is what If-Match wants to hear; `ended` is what you read no more. With an API key it is told
        without your notebook or journal. With `fields` only these members are sent, beside its version and
        `ended`; all of it was read, and is on record as read.
        """
        return await self._wire.ask(
            read(f"/v1/views/{at(view)}/engagements/{at(engagement_id)}", {"fields": fields, "personal": personal})
        )

    def read_stream(
        self,
        view: Literal["sponsor-organisation", "line-manager", "coach", "coachee"],
        engagement_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        personal: Literal["true", "false"] | None = None,
    ) -> AsyncPages[m.Entries, m.ViewsEntry]:
        """Everything that you came to know of an engagement, in order, numbered for you alone.

        What you read no more is left out, with an API key your notebook or journal, too; the rest keeps its
        numbers.
        """
        return self._wire.pages(
            read(
                f"/v1/views/{at(view)}/engagements/{at(engagement_id)}/stream",
                {"limit": limit, "cursor": cursor, "personal": personal},
            ),
            "entries",
        )

    async def export_engagement(
        self, engagement_id: str, *, into: Place, language: Literal["nl", "fr", "en"] | None = None
    ) -> Download:
        """Everything that you, the coachee, can read of an engagement, in one archive; the same state gives the
        same bytes.

        It isn't encrypted: what becomes of it is in your hands. It is made twice: once for its SHA-256, which is
        put on record, and then as it is sent. An answer that breaks off is no whole archive, and no tool takes
        it for one.
        """
        return await self._wire.fetch(
            read(f"/v1/engagements/{at(engagement_id)}/exports", {"language": language}), into
        )
