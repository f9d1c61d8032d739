"""What is stored of an installation in a workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from handlers.refs import WorkspaceRef


@dataclass(frozen=True, kw_only=True)
class Installation:
    """The bot in a workspace, or in a whole organisation of workspaces.

    Attributes:
        workspace: the workspace; the organisation itself where it was installed for all of it.
        org_id: the organisation whose installation serves this workspace; empty for a workspace,
            or an organisation, with an installation of its own.
        bot_user_id: the bot's account there.
        secret: the tokens, sealed by the adapter; empty after the bot was removed, and for a
            workspace that its organisation's installation serves.
        expires_at: when the token ends, where it does.
        left_at: when the bot was removed.
    """

    workspace: WorkspaceRef
    bot_user_id: str
    installed_at: datetime
    org_id: str = ""
    secret: str = field(default="", repr=False)
    expires_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class InstallRequest:
    """An installation that somebody began in a browser and has not come back from yet.

    Attributes:
        state: a digest of what the platform hands back.
        browser: a digest of what the browser that began it keeps.
    """

    state: str
    browser: str
    expires_at: datetime
