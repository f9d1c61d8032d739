"""The few pages that people see in a browser while they install the app."""

from __future__ import annotations

from html import escape
from typing import Final

from starlette.responses import HTMLResponse

INSTALL_PATH: Final = "/slack/install"

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    # The address of the page that Slack sends people back to holds the code.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto;
  padding: 0 1rem; color: #1d1c1d; }}
a {{ color: #1f3a5f; }}
code {{ background: #f3f3f3; padding: .1rem .3rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
_BEGIN: Final = f'<p><a href="{INSTALL_PATH}">Install Prepbot</a></p>'


def to_slack(address: str) -> HTMLResponse:
    """Return the way to Slack's own page, where people say yes or no."""
    link = f'<p><a href="{escape(address)}">Go on to Slack</a></p>'
    page = _page("Install Prepbot", link, status=302)
    page.headers["Location"] = address
    return page


def installed(workspace: str, *, address: str) -> HTMLResponse:
    """Return what is said after an installation, and what to do next.

    Args:
        workspace: its name; may be empty.
        address: where Slack opens the app.
    """
    where = f" in {escape(workspace)}" if workspace else ""
    return _page(
        f"Prepbot is installed{where}",
        "<p>In a channel where your team prepares, type</p>"
        "<p><code>/invite @Prepbot</code><br>"
        "<code>/prep schedule 09:00 --zone Europe/Berlin</code></p>"
        f'<p><a href="{escape(address)}">Open Slack</a></p>',
        status=200,
    )


def declined() -> HTMLResponse:
    """Return what is said after somebody said no to Slack."""
    return _page(
        "Nothing was installed",
        "<p>Slack says that the installation was turned down. If your workspace's admins have to "
        f"agree first, ask them, then try again.</p>{_BEGIN}",
        status=400,
    )


def stale() -> HTMLResponse:
    """Return what is said where somebody comes back on a way that is not open any more."""
    return _page(
        "This link doesn't work any more",
        "<p>It was used before, is more than ten minutes old, or was begun in another browser. "
        f"Nothing was changed; please begin again.</p>{_BEGIN}",
        status=400,
    )


def refused(reason: str) -> HTMLResponse:
    """Return what is said where Slack did not grant a token.

    Args:
        reason: one clause that a person may read.
    """
    return _page(
        "Prepbot could not be installed",
        f"<p>That did not work: {escape(reason)}. Please begin again.</p>{_BEGIN}",
        status=502,
    )


def unavailable() -> HTMLResponse:
    """Return what is said while nothing can be stored."""
    return _page(
        "Please try again in a minute",
        f"<p>I can't reach my database just now, so nothing was installed.</p>{_BEGIN}",
        status=503,
    )


def _page(title: str, body: str, *, status: int) -> HTMLResponse:
    text = _PAGE.format(title=title, body=body)
    return HTMLResponse(text, status_code=status, headers=_HEADERS)
