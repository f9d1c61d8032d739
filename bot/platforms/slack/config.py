"""What the Slack adapter is told from outside."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SlackConfig:
    """How to reach Slack.

    Attributes:
        bot_token: the ``xoxb-…`` token that speaks in channels.
        app_token: the ``xapp-…`` token that opens Socket Mode connections.
        api_url: the Web API's address.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api_url: str = "https://slack.com/api/"
