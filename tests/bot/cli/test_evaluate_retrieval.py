"""`prepbot evaluate --retrieval`; what it measures is tested beside the evaluation."""

from __future__ import annotations

import json

import pytest

from bot.evaluation.retrieval import GAIN_FLOOR, RECALL_FLOOR
from tests.bot.cli.conftest import Prepbot


async def test_it_stands_alone_on_the_command_line(prepbot: Prepbot) -> None:
    shown = await prepbot("evaluate", "--retrieval", "--exemplars")
    assert shown.exit_code == 2
    assert "Choose one of" in shown.stderr
    assert (await prepbot("evaluate", "--retrieval", "--sample", "3")).exit_code == 2


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_the_default_embedding_finds_what_people_mean(prepbot: Prepbot) -> None:
    shown = await prepbot("evaluate", "--retrieval", "--json")

    assert shown.exit_code == 0, shown.stdout
    report = json.loads(shown.stdout)
    by_setting = {row["setting"]: row for row in report["embeddings"]}
    assert report["default"] == "hybrid"
    assert by_setting["hybrid"]["recall_at_5"] >= RECALL_FLOOR
    assert by_setting["hybrid"]["ndcg_at_10"] >= GAIN_FLOOR
    assert by_setting["hybrid"]["ndcg_at_10"] > by_setting["lexical"]["ndcg_at_10"]
