"""A small question about caching, and replies to it."""

from __future__ import annotations

from collections.abc import Sequence

from questions.question import (
    Band,
    Criterion,
    Exemplar,
    Kind,
    Question,
    Rubric,
    SpeakingBlueprint,
    Verdict,
)
from questions.role import Role

IDS = ("key", "expiry", "stampede", "measure")

STRONG = (
    "I'd build the cache key from the tenant, the prompt and the model version. "
    "Entries expire after ten minutes and are evicted when the source changes. "
    "A lock lets one request refill an expired entry while others wait. "
    "I'd watch the hit rate and the latency at the tail before and after."
)
WEAK = "I'd put Redis in front, it makes everything faster."


def caching_question(weights: Sequence[int] = (3, 2, 1, 2)) -> Question:
    """Return the question, its criteria weighted as given."""
    contents = (
        ("Builds a safe cache key", "The cache key holds the tenant, prompt and model version."),
        ("Bounds staleness", "Entries expire, and are evicted when the source changes."),
        ("Prevents a stampede", "A lock lets one request refill an expired entry."),
        ("Measures the effect", "Watches the hit rate and the tail latency."),
    )
    return Question(
        id="cache-answers",
        role=Role.AI_ENGINEER,
        topic="caching",
        title="Caching a model's answers",
        kind=Kind.SYSTEM_DESIGN,
        difficulty=2,
        skills=("caching",),
        tests="Whether the candidate sees what a cache may break.",
        prompt="A support bot answers the same questions all day. How would you cache it?",
        rubric=Rubric(
            criteria=tuple(
                Criterion(id=id_, weight=weight, text=text, met=met, partial="Half of it.")
                for id_, weight, (text, met) in zip(IDS, weights, contents, strict=True)
            )
        ),
        model_answer="Key by tenant, prompt and model; expire; lock; measure.",
        blueprint=SpeakingBlueprint(hook="Caches lie.", core=("Key first.",), punchline="Measure."),
        exemplars=(
            Exemplar(band=Band.WEAK, text=WEAK, verdicts=dict.fromkeys(IDS, Verdict.MISSED)),
            Exemplar(
                band=Band.MIDDLING,
                text="Key by tenant, with a TTL.",
                verdicts={**dict.fromkeys(IDS, Verdict.MISSED), "key": Verdict.PARTIAL},
            ),
            Exemplar(band=Band.STRONG, text=STRONG, verdicts=dict.fromkeys(IDS, Verdict.MET)),
        ),
    )
