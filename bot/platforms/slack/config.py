"""What the Slack adapter is told from outside."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SlackConfig:
    """How to reach Slack, and how Slack reaches us.

    Attributes:
        bot_token: the ``xoxb-…`` token that speaks in channels; empty where every workspace
            gets its own by an installation.
        app_token: the ``xapp-…`` token that opens Socket Mode connections.
        signing_secret: what Slack signs its HTTP requests with.
        api_url: the Web API's address.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, kw_only=True)
class OAuthConfig:
    """How workspaces install the app by themselves.

    Attributes:
        client_id: the app's.
        client_secret: the app's.
        redirect_url: where Slack sends people back to; empty leaves it to the app's settings.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_url: str = ""
