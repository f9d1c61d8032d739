"""How much Slack takes, in characters unless said otherwise.

https://docs.slack.dev/reference/block-kit/blocks
https://docs.slack.dev/reference/block-kit/block-elements
https://docs.slack.dev/reference/block-kit/composition-objects/option-object
https://docs.slack.dev/reference/views/modal-views
https://docs.slack.dev/reference/views/home-tab-views
https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/reference/methods/chat.appendStream
https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
https://docs.slack.dev/reference/app-manifest
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
STREAM_TEXT: Final = 12_000

# Blocks
HEADER: Final = 150
SECTION_TEXT: Final = 3000
FIELDS: Final = 10
FIELD_TEXT: Final = 2000
CONTEXT_TEXT: Final = 2000
# Slack documents no limit for rich text; the section's is kept.
RICH_TEXT: Final = 3000
ACTIONS: Final = 25
BUTTON_TEXT: Final = 75

# Modals and the Home tab
MODAL_BLOCKS: Final = 100
MODAL_TITLE: Final = 24
MODAL_SUBMIT: Final = 24
INPUT_LABEL: Final = 2000
INPUT_PLACEHOLDER: Final = 150
INPUT_TEXT: Final = 3000
# Undocumented; the longest of Slack's plain texts is kept.
INPUT_ERROR: Final = 3000
OPTIONS: Final = 100
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
HOME_BLOCKS: Final = 100

# The assistant pane
PROMPTS: Final = 4

# The app manifest
SHORTCUT_NAME: Final = 24
SHORTCUT_DESCRIPTION: Final = 150
ASSISTANT_DESCRIPTION: Final = 300
