"""``prepbot evaluate --retrieval``: how well each embedding finds what people mean."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli.progress import progress_bar
from bot.cli.running import run_async

if TYPE_CHECKING:
    from bot.evaluation.retrieval import RetrievalReport
    from questions.evaluation.retrieval import RetrievalScore

_DIGITS: Final = 4
_SHOWN: Final = 5


def evaluate_retrieval(*, as_json: bool) -> None:
    """Look the shipped queries up with each embedding, print how it went, and exit.

    The exit code is 1 where the default finds less than it must, or less than another.
    """
    # Imported here: Chroma and onnxruntime come along, which other evaluations do without.
    from bot.evaluation.retrieval import measure_retrieval  # noqa: PLC0415
    from bot.retrieval.minilm import MiniLM  # noqa: PLC0415
    from questions.evaluation.retrieval import shipped_queries  # noqa: PLC0415
    from questions.packs import PackError, shipped_bank  # noqa: PLC0415
    from questions.ports import RetrievalUnavailable  # noqa: PLC0415

    model = MiniLM()
    try:
        bank = shipped_bank()
        model.load()
        with (
            tempfile.TemporaryDirectory(prefix="prepbot-") as folder,
            progress_bar("Indexing questions") as advance,
        ):
            report = run_async(
                measure_retrieval(
                    bank, shipped_queries(), folder=Path(folder), meaning=model, advance=advance
                )
            )
    except (PackError, RetrievalUnavailable) as error:
        raise click.ClickException(str(error)) from error
    finally:
        model.close()
    if as_json:
        click.echo(json.dumps(retrieval_json(report), ensure_ascii=False, indent=2))
    else:
        for line in retrieval_lines(report):
            click.echo(line)
    sys.exit(0 if report.keeps_floors else 1)


def retrieval_json(report: RetrievalReport) -> dict[str, object]:
    """Return the report as JSON values."""
    from bot.evaluation.retrieval import GAIN_FLOOR, RECALL_FLOOR  # noqa: PLC0415

    return {
        "keeps_floors": report.keeps_floors,
        "default": report.findings[-1].setting,
        "floors": {"recall_at_5": RECALL_FLOOR, "ndcg_at_10": GAIN_FLOOR},
        "embeddings": [
            {
                "setting": finding.setting,
                "embedding": finding.score.embedding,
                "queries": finding.score.queries,
                "recall_at_5": round(finding.score.recall, _DIGITS),
                "ndcg_at_10": round(finding.score.gain, _DIGITS),
                "mrr": round(finding.score.reciprocal_rank, _DIGITS),
                "misses": [
                    {
                        "query": miss.query.text,
                        "question": miss.query.question,
                        "rank": miss.rank or None,
                        "first": miss.first,
                    }
                    for miss in finding.misses
                ],
            }
            for finding in report.findings
        ],
    }


def retrieval_lines(report: RetrievalReport) -> Iterator[str]:
    """Yield the report for people; a default that does not find enough is marked."""
    from bot.evaluation.retrieval import GAIN_FLOOR, RECALL_FLOOR  # noqa: PLC0415

    yield f"{report.default.queries} queries, each meaning one question"
    yield f"  {'':<10} recall@5  nDCG@10     MRR"
    for finding in report.findings:
        is_default = finding is report.findings[-1]
        mark = "!" if is_default and not report.keeps_floors else " "
        yield f"{mark} {finding.setting:<10} {_measures(finding.score)}"
    default = report.findings[-1]
    yield (
        f"{default.setting} is the default: recall@5 at least {RECALL_FLOOR}, nDCG@10 at least "
        f"{GAIN_FLOOR}, and none ahead of it"
    )
    for miss in default.misses[:_SHOWN]:
        place = f"place {miss.rank}" if miss.rank else "not found"
        yield f"  {place}: {miss.query.question}, behind {miss.first}"


def _measures(score: RetrievalScore) -> str:
    return f"{score.recall:>8.3f} {score.gain:>8.3f} {score.reciprocal_rank:>7.3f}"
