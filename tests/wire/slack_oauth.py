"""The tokens of a fake Slack: the fixed ones, and those that it grants to who installs the app.

https://docs.slack.dev/reference/methods/oauth.v2.access
https://docs.slack.dev/authentication/using-token-rotation
"""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field

from tests.wire.slack_blocks import Json, Refused
from tests.wire.slack_workspace import BOT_USER, Workspace


@dataclass
class Token:
    """A bot token.

    Attributes:
        refusal: what Slack answers to a call with it; empty while it works.
    """

    value: str
    workspace: Workspace
    refusal: str = ""


@dataclass
class FakeOAuth:
    """Grants tokens for codes and refresh tokens.

    Attributes:
        teams: the workspaces, by id; each may install the app.
        lifetime: seconds that a granted token lives; ``None`` for ever.
        leave_out: names of optional fields that answers do without.
        orgs: the organisation that a team's installation is for, where it is for all of it.
    """

    teams: dict[str, Workspace]
    client_id: str = "1.2"
    client_secret: str = "client-secret"
    lifetime: int | None = None
    leave_out: set[str] = field(default_factory=set)
    orgs: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    _codes: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, value: str, team: str = "T1") -> None:
        """Let a token that was not granted speak in a team."""
        self.tokens[value] = Token(value, self.teams[team])

    def agree(self, team: str) -> str:
        """Say yes on Slack's page; return the code that the browser brings back."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = team
        return code

    def workspace(self, value: str) -> Workspace:
        """Return where a token speaks; raises `Refused` where it does not."""
        token = self.tokens.get(value)
        if token is None:
            raise Refused("invalid_auth", "bot token")
        if token.refusal:
            raise Refused(token.refusal, "bot token")
        return token.workspace

    def end(self, team: str, refusal: str = "token_revoked") -> None:
        """Let every token of a team work no more."""
        for token in self.tokens.values():
            if token.workspace is self.teams[team]:
                token.refusal = refusal

    def access(self, authorization: str, arguments: Json) -> Json:
        """Answer ``oauth.v2.access``."""
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if authorization != f"Basic {expected}":
            raise Refused("bad_client_secret", "client")
        if arguments.get("grant_type") == "refresh_token":
            return self._refresh(str(arguments.get("refresh_token")))
        team = self._codes.pop(str(arguments.get("code")), "")
        if not team:
            raise Refused("invalid_code", "code")
        return self._grant(team)

    def _refresh(self, refresh: str) -> Json:
        if refresh in self.spent or refresh not in self.refresh_tokens:
            raise Refused("invalid_refresh_token", "refresh token")
        self.spent.add(refresh)
        return self._grant(self.refresh_tokens[refresh])

    def _grant(self, team: str) -> Json:
        number = next(self._numbers)
        org = self.orgs.get(team)
        answer: Json = {
            "ok": True,
            "app_id": "A1",
            "authed_user": {"id": "U1"},
            "scope": "chat:write",
            "token_type": "bot",
            "access_token": f"xoxb-granted-{number}",
            "bot_user_id": BOT_USER,
            "team": None if org else {"id": team, "name": f"Team <{team}>"},
            "enterprise": {"id": org, "name": "The organisation"} if org else None,
            "is_enterprise_install": bool(org),
        }
        if self.lifetime is not None:
            answer |= {"expires_in": self.lifetime, "refresh_token": f"xoxe-{number}"}
            self.refresh_tokens[f"xoxe-{number}"] = team
        self.tokens[answer["access_token"]] = Token(answer["access_token"], self.teams[team])
        return {name: value for name, value in answer.items() if name not in self.leave_out}
