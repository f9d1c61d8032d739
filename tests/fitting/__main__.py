"""``make fit``: fits the local grader and writes ``questions/local/parameters.json``.

The rubric's scale is fitted to the shipped bank: sample answers with known verdicts, answers that
were written for the fit (``answers/``), and replies made from its texts. The reference's scale is
fitted to people's answers with people's scores, which are not part of the project: ``--data``
names a folder with files as `prepbot evaluate` takes them. Without one that scale stays as it is.
"""

from __future__ import annotations

from pathlib import Path

import click

from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from questions.evaluation.row import read_rows
from questions.local.parameters import (
    LEXICAL,
    MINILM,
    Curve,
    Levels,
    Parameters,
    ParametersFile,
)
from questions.local.topic import Gate
from questions.packs import shipped_bank
from questions.ports import TokenEncoder
from tests.fitting.answers import read_answers
from tests.fitting.fit import fit_reference, fit_rubric
from tests.fitting.sample import Sample, sample_bank, sample_rows

_TARGET = Path(__file__).parents[2] / "questions" / "local" / "parameters.json"
# Spelling alone does not tell what a reply is about, so nothing depends on it.
_OPEN = Gate(own_low=-2, own_high=-1, around_low=-2, around_high=-1)
_RUBRIC_GATES = {
    MINILM: Gate(own_low=0.14, own_high=0.26, around_low=0.33, around_high=0.4, around_least=0.3),
    LEXICAL: _OPEN,
}
_REFERENCE_GATES = {
    MINILM: Gate(own_low=0.05, own_high=0.16, around_low=0.16, around_high=0.26),
    LEXICAL: _OPEN,
}


# Where the degrees come to half of the points more or less, they say little of how much.
_LEVELS = Levels(points=((0, 0), (1.75, 1.75), (3.5, 3.25), (4.1, 4.2), (4.6, 4.9), (5, 5)))


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=_TARGET)
def main(data: Path | None, out: Path) -> None:
    """Fit both encoders' parameters."""
    bank, answers = shipped_bank(), read_answers()
    before = ParametersFile.model_validate_json(_TARGET.read_text(encoding="utf-8"))
    encoders: dict[str, TokenEncoder] = {MINILM: MiniLM(), LEXICAL: LexicalEmbedder()}
    fitted = {}
    for name, encoder in encoders.items():
        with click.progressbar(bank, label=f"{name}: {len(bank)} questions") as questions:
            samples = [
                s
                for q in questions
                for s in sample_bank(encoder, _RUBRIC_GATES[name], [q], bank, answers)
            ]
        reference = before.encoders[name].reference
        if data is not None:
            reference = _fit_data(encoder, _REFERENCE_GATES[name], data) or reference
        fitted[name] = Parameters(
            rubric_gate=_RUBRIC_GATES[name],
            reference_gate=_REFERENCE_GATES[name],
            rubric=fit_rubric(samples),
            reference=reference,
            levels=_LEVELS,
        )
    text = ParametersFile(encoders=fitted).model_dump_json()
    out.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"Wrote {out}.")


def _fit_data(encoder: TokenEncoder, gate: Gate, folder: Path) -> Curve | None:
    samples: list[Sample] = []
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as lines:
            rows = read_rows(lines).rows
        with click.progressbar(sample_rows(encoder, gate, rows), len(rows), path.name) as found:
            samples += found
    return fit_reference(samples) if samples else None


if __name__ == "__main__":
    main()
