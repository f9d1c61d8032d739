"""Makes the files of a report, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.report.markdown import to_markdown
from handlers.ports import OutgoingFile
from handlers.report.content import Content


class FilePress:
    """See `handlers.report.ports.ReportPress`. One document is printed at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def print(self, content: Content, *, name: str) -> Sequence[OutgoingFile]:
        """Return the report as Markdown, as PDF, and its picture where there is one."""
        async with self._turn:
            return await asyncio.to_thread(_print, content, name)


def _print(content: Content, name: str) -> list[OutgoingFile]:
    # A second's worth of libraries, which a bot that prints nothing need not load.
    from bot.report.pdf import to_pdf  # noqa: PLC0415
    from bot.report.picture import draw_progress  # noqa: PLC0415

    picture = draw_progress(content.progress)
    files = [
        OutgoingFile(
            name=f"{name}.md",
            media_type="text/markdown",
            title="Interview report (Markdown)",
            content=to_markdown(content).encode(),
        ),
        OutgoingFile(
            name=f"{name}.pdf",
            media_type="application/pdf",
            title="Interview report (PDF)",
            content=to_pdf(content, picture),
        ),
    ]
    if picture is not None:
        files.append(
            OutgoingFile(
                name=f"{name}-progress.png",
                media_type="image/png",
                title="Your progress",
                content=picture,
            )
        )
    return files
