"""The roles that Prepbot asks questions for."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A role of the shipped bank; the value is its slug, as typed and as a pack's folder."""

    AI_ENGINEER = "ai-engineer"
    ML_ENGINEER = "ml-engineer"
    DATA_SCIENTIST = "data-scientist"
    AI_RESEARCHER = "ai-researcher"
    AI_ARCHITECT = "ai-architect"
    NLP_ENGINEER = "nlp-engineer"
    AI_RETRIEVAL_SYSTEMS_ENGINEER = "ai-retrieval-systems-engineer"
    SOFTWARE_ENGINEER_AI_LEADERSHIP = "software-engineer-ai-leadership"

    @property
    def title(self) -> str:  # type: ignore[override]  # str.title() makes no sense on a slug
        """The role's name as people write it, for example ``AI Engineer``."""
        return _TITLES[self]


_TITLES: Final[dict[Role, str]] = {
    Role.AI_ENGINEER: "AI Engineer",
    Role.ML_ENGINEER: "ML Engineer",
    Role.DATA_SCIENTIST: "Data Scientist",
    Role.AI_RESEARCHER: "AI Researcher",
    Role.AI_ARCHITECT: "AI Architect",
    Role.NLP_ENGINEER: "NLP Engineer",
    Role.AI_RETRIEVAL_SYSTEMS_ENGINEER: "AI Retrieval Systems Engineer",
    Role.SOFTWARE_ENGINEER_AI_LEADERSHIP: "Software Engineer (AI leadership)",
}

_ALIASES: Final[dict[str, Role]] = {
    "retrieval-engineer": Role.AI_RETRIEVAL_SYSTEMS_ENGINEER,
    "retrieval": Role.AI_RETRIEVAL_SYSTEMS_ENGINEER,
    "ai-leadership": Role.SOFTWARE_ENGINEER_AI_LEADERSHIP,
    "ai-lead": Role.SOFTWARE_ENGINEER_AI_LEADERSHIP,
    "mle": Role.ML_ENGINEER,
}


def find_role(text: str) -> Role | None:
    """Return the role that ``text`` names by slug, title or short form, or ``None``.

    Case, spaces and punctuation do not matter: ``"AI engineer"`` is ``ai-engineer``.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    try:
        return Role(slug)
    except ValueError:
        return _ALIASES.get(slug)
