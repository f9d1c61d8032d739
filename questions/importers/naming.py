"""The role, topic and level that a title, a path or a line names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from questions.importers.label import fold
from questions.role import Role, find_role

# Names that people give the roles, as `fold` leaves them. Exact names come first.
_NAMES: Final[dict[Role, str]] = {
    Role.AI_ENGINEER: "ai engineer|artificial intelligence engineer|applied ai engineer",
    Role.ML_ENGINEER: "ml engineer|machine learning engineer|mle",
    Role.DATA_SCIENTIST: "data scientist",
    Role.AI_RESEARCHER: "ai researcher|ai research scientist|artificial intelligence researcher",
    Role.AI_ARCHITECT: "ai architect|artificial intelligence architect",
    Role.NLP_ENGINEER: "nlp engineer|natural language processing engineer",
    Role.AI_RETRIEVAL_SYSTEMS_ENGINEER: (
        "ai retrieval systems engineer|retrieval systems engineer|retrieval engineer|"
        "ai retrieval engineer"
    ),
    Role.SOFTWARE_ENGINEER_AI_LEADERSHIP: (
        "software engineer ai leadership|ai leadership|software engineer|ai lead"
    ),
}
# Roles that Prepbot has no questions for, with the one whose questions are nearest.
_NEAR: Final[dict[Role, str]] = {
    Role.AI_ENGINEER: (
        "llm engineer|genai engineer|generative ai engineer|gen ai engineer|prompt engineer|"
        "ai developer|llmops engineer|ai application engineer|ai agent engineer|ai specialist|"
        "ki ingenieur|ai software engineer"
    ),
    Role.ML_ENGINEER: (
        "mlops engineer|deep learning engineer|machine learning developer|ml ops engineer|"
        "ml platform engineer|computer vision engineer|machine learning scientist|data engineer"
    ),
    Role.DATA_SCIENTIST: (
        "data analyst|applied scientist|product analyst|statistician|data science|"
        "business analyst|decision scientist|quantitative analyst"
    ),
    Role.AI_RESEARCHER: (
        "research scientist|research engineer|ml researcher|machine learning researcher|"
        "nlp research scientist|ai scientist|deep learning researcher"
    ),
    Role.AI_ARCHITECT: (
        "solutions architect|ml architect|machine learning architect|software architect|"
        "data architect|ai solutions architect|ai solution architect|cloud architect|"
        "enterprise architect|genai architect"
    ),
    Role.NLP_ENGINEER: (
        "nlp scientist|computational linguist|nlp specialist|conversational ai engineer|"
        "speech engineer|language engineer|nlp developer|nlp data scientist"
    ),
    Role.AI_RETRIEVAL_SYSTEMS_ENGINEER: (
        "search engineer|rag engineer|vector search engineer|information retrieval engineer|"
        "knowledge engineer|relevance engineer|search relevance engineer"
    ),
    Role.SOFTWARE_ENGINEER_AI_LEADERSHIP: (
        "tech lead|technical lead|engineering manager|backend engineer|software developer|"
        "full stack engineer|fullstack engineer|frontend engineer|head of ai|ai manager|"
        "staff engineer|principal engineer|ai product manager|cto|team lead|devops engineer|"
        "director of ai|ai engineering manager|ai team lead"
    ),
}
_SENIORITY: Final = re.compile(
    r"\b(?:senior|junior|sr|jr|staff|principal|lead|mid level|entry level|intern|associate|ii|iii)"
    r"\b"
)
_LEVELS: Final[dict[int, str]] = {
    1: "beginner|very easy|entry|entry level|fundamentals|basic|basics|intern|novice|1",
    2: "easy|junior|foundational|simple|leicht|einfach|2",
    3: "intermediate|medium|moderate|mid|mid level|mittel|mittelschwer|normal|3",
    4: "advanced|hard|senior|difficult|schwer|fortgeschritten|4",
    5: "expert|very hard|staff|principal|very difficult|lead|5",
}
# Words that a page shows as badges side by side, and that were copied without their gaps.
_BADGE: Final = re.compile(
    r"^(?P<topic>\S.{0,60}?[a-z0-9A-Z)+])(?P<level>Beginner|Easy|Junior|Entry|Intermediate|Medium|Mid|"
    r"Advanced|Hard|Senior|Expert|Difficult)(?P<rest>[A-Z0-9].{0,40})?$"
)
_FILE_NUMBER: Final = re.compile(r"^(?:q|question)?[ _-]*\d{1,4}[ _.)-]+", re.IGNORECASE)
# A name that no person gave has digits among its letters.
_TITLE: Final = re.compile(
    r"(?i)\s*\b(?:top\s+\d+|sample|example|practice|\d+\+?|most|common|popular|frequently asked|"
    r"best|basic|(?:job\s+)?interview|questions?|answers?|and|&|with|q&a|guide|cheat\s?sheet)\b\s*"
)
_FILE_WORD: Final = re.compile(r"^[^\W\d_]+\d{0,2}$|^[&+]$")
_SUFFIX: Final = re.compile(
    r"\s*(?:(?:job\s+)?interview)?\s*(?:questions?|guide|prep(?:aration)?|q\s*&\s*a|q and a)"
    r"(?:\s*(?:and|&|with)\s*answers?)?\s*$",
    re.IGNORECASE,
)


@cache
def _exact() -> dict[str, Role]:
    return {name: role for role, names in _NAMES.items() for name in names.split("|")}


@cache
def _near() -> dict[str, Role]:
    return {name: role for role, names in _NEAR.items() for name in names.split("|")}


def named_role(text: str) -> Role | None:
    """Return the role that ``text`` is a name of; ``None`` where it is no role's name."""
    words = fold(text)
    return _exact().get(words) or _exact().get(_junior_less(words)) or find_role(text)


def nearest_role(text: str) -> Role | None:
    """Return the role whose questions suit somebody who is called ``text`` best, if one does."""
    words = fold(text)
    for name in (words, _junior_less(words)):
        if name in _near():
            return _near()[name]
    for known in (_exact(), _near()):
        found = [name for name in known if f" {name} " in f" {words} "]
        if found:
            return known[max(found, key=len)]
    return None


def role_in(text: str) -> str:
    """Return the stretch of a title or a path's part that names a role, or nothing."""
    bare = " ".join(_SUFFIX.sub("", text.replace("_", " ").replace("-", " ")).split())
    if not bare or len(bare.split()) > 9:
        return ""
    if named_role(bare) or _junior_less(fold(bare)) in _near():
        return bare
    words = f" {fold(bare)} "
    inside = [name for known in (_exact(), _near()) for name in known if f" {name} " in words]
    # "Software engineer" and the like are also ordinary words of a title.
    return max(inside, key=len, default="") if len(bare.split()) <= 6 or inside else ""


def role_of_path(path: str) -> str:
    """Return the role that one of a path's folders, or its file, is named after."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    for part in [*reversed(parts[:-1]), *(PurePosixPath(parts[-1]).stem for _ in parts[-1:])]:
        bare = _FILE_NUMBER.sub("", part).replace("_", " ").replace("-", " ")
        if named_role(bare) or fold(bare) in _near():
            return " ".join(bare.split())
    return ""


def topic_of_title(text: str) -> str:
    """Return what a list's title says that its questions are about."""
    words = " ".join(_TITLE.sub(" ", text).split()).strip(" -–—:|")
    return words if 2 <= len(words) <= 60 and not role_in(words) else ""


def topic_of_sections(sections: Mapping[int, str]) -> str:
    """Return the nearest of the headings above that names neither a level nor the whole list.

    Args:
        sections: headings by their level.
    """
    names = [sections[level] for level in sorted(sections, reverse=True)]
    # A short form such as "Retrieval" says what is asked as well as who.
    plain = [n for n in names if read_level(n) is None and (" " not in n or not role_in(n))]
    own = next((n for n in plain if not re.search(r"(?i)\bquestions?\b", n)), "")
    return own or next(filter(None, map(topic_of_title, plain)), "")


def topic_of_path(path: str) -> str:
    """Return the topic that a file's name tells, for example of ``Q3_Build_vs_Buy.md``."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if not parts:
        return ""
    stem = _FILE_NUMBER.sub("", PurePosixPath(parts[-1]).stem)
    words = " ".join(re.sub(r"[_\-.]+", " ", stem).split())
    is_plain = all(_FILE_WORD.match(word) for word in words.split()) and not role_in(words)
    generic = {"readme", "index", "questions", "question", "data", "export", "interview", "notes"}
    is_topic = is_plain and re.search(r"[^\W\d_]{3}", words) and fold(words) not in generic
    return words if is_topic and " " in words and len(words) <= 60 else ""


def read_level(text: str) -> int | None:
    """Return the difficulty, 1 to 5, that ``text`` names, or ``None``."""
    words = fold(text) or text.strip()
    out_of = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:/|out of|of)\s*(\d+)", text.strip())
    if out_of and float(out_of[2]) > 0:
        return min(5, max(1, round(5 * float(out_of[1]) / float(out_of[2]))))
    stars = max(map(text.count, "★⭐●"))
    if stars:
        return min(stars, 5)
    return next((n for n, names in _LEVELS.items() if words in names.split("|")), None)


def split_joined(text: str) -> tuple[str, str, str]:
    """Split a badge line such as ``LeadershipIntermediateGeneric`` into topic, level and the rest.

    Returns:
        Three texts, all empty where the line holds no level.
    """
    if joined := _BADGE.match(text.strip()):
        return joined["topic"].strip(), joined["level"], (joined["rest"] or "").strip()
    parts = re.split(r"\s*[|•·,]\s*|\s{2,}|\s+/\s+", text.strip())
    if len(parts) > 6 or (len(parts) == 1 and " " in parts[0]):
        return "", "", ""
    for index, part in enumerate(parts):
        if part and not part.isdigit() and read_level(part) is not None:
            return " ".join(parts[:index]), part, " ".join(parts[index + 1 :])
    return "", "", ""


def _junior_less(words: str) -> str:
    return " ".join(_SENIORITY.sub(" ", words).split())
