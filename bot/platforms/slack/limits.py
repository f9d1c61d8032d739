"""How much Slack takes, in characters unless said otherwise.

https://docs.slack.dev/reference/block-kit/blocks
https://docs.slack.dev/reference/block-kit/block-elements
https://docs.slack.dev/reference/views/modal-views
https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

from typing import Final

# Messages
MESSAGE_BLOCKS: Final = 50
# Undocumented: chat.postMessage answers `msg_blocks_too_long` where all blocks together pass
# about 13 000 characters, their JSON counted in part (slackapi/bolt-js, issues 2509 and 2867).
BLOCKS_JSON: Final = 12_000
# 40 000 is documented, but texts beyond 4000 have been refused; ours is one line anyway.
FALLBACK_TEXT: Final = 3000

# Blocks
HEADER: Final = 150
FIELDS: Final = 10
FIELD_TEXT: Final = 2000
CONTEXT_TEXT: Final = 2000
# Slack documents no limit for rich text; the section's is kept.
RICH_TEXT: Final = 3000
ACTIONS: Final = 25
BUTTON_TEXT: Final = 75

# Modals
MODAL_BLOCKS: Final = 100
MODAL_TITLE: Final = 24
MODAL_SUBMIT: Final = 24
INPUT_LABEL: Final = 2000
INPUT_PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3000
