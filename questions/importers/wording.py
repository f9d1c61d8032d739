"""Reading small things in texts: quotation marks, bullets, sentences, what is a question."""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = {
    '"': '"”', "“": "”\"", "„": "“”\"", "«": "»", "»": "«", "‘": "’", "'": "'", "‚": "‘’",
    "「": "」",
    "”": "”", "‹": "›",
}  # fmt: skip
_BULLET: Final = re.compile(r"^\s*(?:[-*+•◦▪●–—·]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
_RULE: Final = re.compile(r"^\s*([-*_=])(?:\s*\1){2,}\s*$")
_SENTENCE: Final = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\betc)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)"
    r"(?<!\b[A-Z])[.!?…]+[\"'”’)\]*_]*\s+(?=[\"'“‘(*_]*[^\Wa-z_])|[。！？]"
)
_ASKS: Final = re.compile(
    r"^(?:what|why|how|when|where|which|who|whose|whom|can|could|would|should|will|is|are|was|do|"
    r"does|did|has|have|in what|in which|for what|at what|given|suppose|imagine|explain|"
    r"describe|define|compare|contrast|differentiate|discuss|list|name|state|outline|design|"
    r"implement|write|give|tell me|tell us|walk me|walk us|talk me|talk us|show|derive|prove|"
    r"differences? between|distinguish|elaborate|summari[sz]e|mention|identify|estimate|propose|"
    r"sketch|was|wie|warum|welche|erkläre|erklären|qué|cómo|por qué|comment|pourquoi|quel|quelle|"
    r"come|perché|cosa)\b",
    re.IGNORECASE,
)
# Headings of a repository's own pages.
_ABOUT: Final = re.compile(
    r"^(?:how (?:to|do i|can i|can you) (?:use(?: (?:this|these|the)\b.*)?|"
    r"contribute\b.*|navigate\b.*|"
    r"install|run|get started|help)|what(?:'s|’s| is) (?:inside|included|in here|in this\b.*|this)|"
    r"who (?:is this|should (?:read|use) (?:this|it))\b.*|"
    r"(?:why|about|how) (?:this|the) (?:repo|repository|guide|list|book|course|page)\b.*)\W*$",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"(?i)^(?:\W{0,3}Q(?:uestion)?(?:\.\d{1,4}\b|\s*\d{0,4}\s*[.:)–—-]+)\s*)"
)
_LINK: Final = re.compile(r"(!?)\[([^\[\]\n]*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)?)>?"
                          r"(?:\s+[\"'][^\"'\n]*[\"'])?\s*\)")  # fmt: skip
_EMPHASIS: Final = re.compile(r"(\*\*|__|\*|`|(?<!\w)_)(?=\S)(.+?)(?<=\S)\1(?!(?<=_)\w)")


def trim(text: str) -> str:
    """Drop blank lines and rules around a text, and white space at its lines' ends."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and (not lines[0].strip() or _RULE.match(lines[0])):
        lines.pop(0)
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def unquote(text: str) -> str:
    """Drop a block quote's marks, and quotation marks of any language around the whole text."""
    lines = text.strip().split("\n")
    if all(line.lstrip().startswith(">") or not line.strip() for line in lines):
        lines = [re.sub(r"^\s*>\s?", "", line) for line in lines]
    bare = "\n".join(lines).strip()
    closing = _PAIRS.get(bare[:1])
    if closing and len(bare) > 2 and bare.rstrip(".")[-1:] in closing:
        inner = bare[1:].rstrip(".")[:-1]
        # “One” and “two” are two quotations.
        if bare[0] == "'" or (bare[0] not in inner and not any(ch in inner for ch in closing)):
            return inner.strip()
        if bare[0] == '"' and inner.count('"') % 2 == 0:
            return inner.strip()
    return bare


def open_quoted(text: str) -> str:
    """Like `unquote`, for a text of several paragraphs that may hold quotations itself."""
    bare = text.strip()
    closing = _PAIRS.get(bare[:1])
    if closing and len(bare) > 2 and bare[-1] in closing:
        return bare[1:-1].strip()
    return unquote(bare)


def bullets(text: str) -> list[str]:
    """Return the items of a list, or its paragraphs where it is none."""
    items: list[str] = []
    fresh = True
    listed = any(_BULLET.match(line) for line in text.split("\n"))
    for line in trim(text).split("\n"):
        bare = _BULLET.sub("", line).strip()
        if not bare:
            fresh = True
            continue
        if _BULLET.match(line) or (fresh and not listed) or not items:
            items.append(bare)
        else:
            items[-1] = f"{items[-1]} {bare}"
        fresh = False
    return [unquote(item) for item in items]


def is_bullet(line: str) -> bool:
    """Whether a line begins a list's item."""
    return bool(_BULLET.match(line))


def is_rule(line: str) -> bool:
    """Whether a line is only drawn."""
    return bool(_RULE.match(line))


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    found, at = [], 0
    for stop in _SENTENCE.finditer(text):
        found.append(text[at : stop.end()].strip())
        at = stop.end()
    return [sentence for sentence in [*found, text[at:].strip()] if sentence]


def asks(text: str) -> bool:
    """Whether a line asks something, by its mark or by how it begins."""
    bare = bare_line(text)
    if not 2 <= len(bare.split()) <= 120 or _ABOUT.match(bare):
        return False
    return bare.rstrip("\"'”’)* ").endswith(("?", "？")) or bool(_ASKS.match(bare))


def bare_line(text: str) -> str:
    """Return a line without numbering, emphasis and links: what a person reads."""
    plain = plain_links(text.strip().strip("#").strip())
    plain = _ASKED.sub("", plain)
    plain = re.sub(r"^[\s*_]*\(?\d{1,4}(?:\.\d{1,3})*[.):]?\s+(?=\S)", "", plain)
    plain = _ASKED.sub("", plain)
    return without_emphasis(plain).strip("*_ ")


def without_emphasis(text: str) -> str:
    """Drop the marks of bold, italics and code from one line."""
    for _ in range(3):
        plain = _EMPHASIS.sub(r"\2", text)
        if plain == text:
            break
        text = plain
    return text


def plain_links(text: str) -> str:
    """Turn Markdown links and images into text; their addresses stay, as text, unless local."""

    def spell(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        shown = f"[image: {words or 'no description'}]" if picture else words
        is_elsewhere = re.match(r"(?i)(?:https?|ftp|mailto):", target) is not None
        return f"{shown} ({target})" if is_elsewhere and target != words else shown

    for _ in range(2):
        text = _LINK.sub(spell, text)
    return text
