"""Discord's limits, in one table. Lengths are in characters.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
https://discord.com/developers/docs/components/reference
https://discord.com/developers/docs/resources/channel#start-thread-from-message
https://discord.com/developers/docs/interactions/receiving-and-responding
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

from __future__ import annotations

from typing import Final

CONTENT: Final = 2000
EMBEDS: Final = 10
EMBEDS_SUM: Final = 6000
EMBED_DESCRIPTION: Final = 4096
EMBED_FIELDS: Final = 25
FIELD_NAME: Final = 256
FIELD_VALUE: Final = 1024
ROWS: Final = 5
BUTTONS_IN_ROW: Final = 5
BUTTON_LABEL: Final = 80
CUSTOM_ID: Final = 100
MODAL_TITLE: Final = 45
MODAL_COMPONENTS: Final = 5
MODAL_TEXT: Final = 4000
LABEL: Final = 45
PLACEHOLDER: Final = 100
OPTIONS: Final = 25
OPTION_TEXT: Final = 100
INPUT_VALUE: Final = 4000
THREAD_NAME: Final = 100
CHOICES: Final = 25
CHOICE: Final = 100
APPLIED_TAGS: Final = 5
NONCE: Final = 25
HISTORY_PAGE: Final = 100
# Requests that may be refused (401, 403, 429) before Discord bans the address, in so many seconds.
INVALID_REQUESTS: Final = 10_000
INVALID_REQUESTS_SECONDS: Final = 600.0
# Seconds for which an interaction can be answered.
INTERACTION_TOKEN: Final = 900.0
# Seconds until an interaction must have had its first response.
FIRST_RESPONSE: Final = 3.0


def length(text: str) -> int:
    """Count UTF-16 units, the strictest of the ways in which Discord's clients count."""
    return len(text.encode("utf-16-le")) // 2
