"""How many blocks fit into a message, and what becomes of the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.payload import JsonObject

_PRESSED: Final = frozenset({"actions", "context_actions"})
# Nobody reads more in one go; a model answer or a reveal takes two at most.
_MOST_PARTS: Final = 4
_FOLDED: Final = "… The rest is too long for a Slack message."


def fold(blocks: list[JsonObject], most: int) -> list[JsonObject]:
    """Drop text from the end on, never silently, until the blocks fit; rows of buttons go last.

    Args:
        blocks: the blocks.
        most: how many fit.
    """
    if len(blocks) <= most and _weigh(blocks) <= limits.BLOCKS_JSON:
        return blocks
    folded: JsonObject = {"type": "context", "elements": [{"type": "plain_text", "text": _FOLDED}]}
    room, weight = most - 1, limits.BLOCKS_JSON - _weigh([folded])
    kept: set[int] = set()
    buttons_first = sorted(range(len(blocks)), key=lambda n: blocks[n]["type"] not in _PRESSED)
    for index in buttons_first:
        if room == 0 or _weigh([blocks[index]]) > weight:
            if blocks[index]["type"] in _PRESSED:
                continue
            break
        kept.add(index)
        room, weight = room - 1, weight - _weigh([blocks[index]])
    gap = next(index for index in range(len(blocks)) if index not in kept)
    before = [block for n, block in enumerate(blocks) if n in kept and n < gap]
    return [*before, folded, *(block for n, block in enumerate(blocks) if n in kept and n > gap)]


def pack(blocks: list[JsonObject]) -> list[list[JsonObject]]:
    """Spread blocks over as few messages as hold them, `_MOST_PARTS` at most, in order.

    What the last one can't hold is folded; see `fold`.
    """
    parts: list[list[JsonObject]] = [[]]
    for index, block in enumerate(blocks):
        grown = [*parts[-1], block]
        if len(grown) > limits.MESSAGE_BLOCKS or _weigh(grown) > limits.BLOCKS_JSON:
            if len(parts) == _MOST_PARTS:
                parts[-1] = fold([*parts[-1], *blocks[index:]], limits.MESSAGE_BLOCKS)
                break
            parts.append([block])
        else:
            parts[-1] = grown
    return parts


def _weigh(blocks: Sequence[JsonObject]) -> int:
    return sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks)
