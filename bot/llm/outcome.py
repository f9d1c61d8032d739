"""What people are told where a model gave no judgement that counts."""

from __future__ import annotations

from typing import Final

from questions.grading import Ungraded, UngradedReason

REFUSED: Final = Ungraded(
    reason=UngradedReason.REFUSED,
    detail=(
        "The model would not judge this answer; put anything it might have taken amiss in other "
        "words and send it again."
    ),
)
TRUNCATED: Final = Ungraded(
    reason=UngradedReason.TRUNCATED,
    detail=(
        "The model ran out of room before it had finished judging; send the answer again, a "
        "little shorter if you can."
    ),
)
MALFORMED: Final = Ungraded(
    reason=UngradedReason.MALFORMED,
    detail=(
        "The model's judgement could not be read, even at the second try, so nothing was "
        "counted; please send your answer again."
    ),
)
TOO_LONG: Final = Ungraded(
    reason=UngradedReason.TOO_LONG,
    detail="That answer is longer than the model can read; shorten it and send it again.",
)
