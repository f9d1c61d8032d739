"""The computation of a BERT encoder as an ONNX graph, its weights handed over apart.

The graph has a few kilobytes and is built in milliseconds; the weights go from the safetensors
file straight into the session, so there is no converted copy on disk that could grow stale.
The operators of the ``com.microsoft`` domain are onnxruntime's own fused ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper
from safetensors.numpy import load_file

INPUTS: Final = ("input_ids", "token_type_ids", "attention_mask")
OUTPUT: Final = "last_hidden_state"
LAYERS: Final = 6
HEADS: Final = 12
WIDTH: Final = 384
EPSILON: Final = 1e-12
_FUSED: Final = "com.microsoft"
_OPSET: Final = 17
# The oldest file format that knows the operators above, for old releases of onnxruntime.
_IR_VERSION: Final = 8

Weights = NDArray[np.float32]


@dataclass
class _Graph:
    """Nodes and weights as they are added."""

    source: dict[str, Weights]
    nodes: list[NodeProto] = field(default_factory=list)
    weights: dict[str, Weights] = field(default_factory=dict)

    def weight(self, name: str) -> str:
        self.weights[name] = self.source[name]
        return name

    def matrix(self, *names: str) -> str:
        """Add the transposes of weights stored as (outputs, inputs), side by side."""
        joined = np.concatenate([self.source[name].T for name in names], axis=1)
        self.weights[names[0]] = np.ascontiguousarray(joined)
        return names[0]

    def vector(self, *names: str) -> str:
        self.weights[names[0]] = np.concatenate([self.source[name] for name in names])
        return names[0]

    def node(self, operator: str, inputs: list[str], output: str, **attributes: float) -> str:
        domain = "" if operator in {"MatMul", "Cast"} else _FUSED
        node = helper.make_node(operator, inputs, [output], domain=domain)
        node.attribute.extend(helper.make_attribute(*item) for item in attributes.items())
        self.nodes.append(node)
        return output


def build_graph(path: Path) -> tuple[ModelProto, dict[str, Weights]]:
    """Build the encoder's graph from a safetensors file.

    Args:
        path: ``model.safetensors`` of a 6-layer, 12-head, 384-wide BERT.

    Returns:
        The model, whose inputs are `INPUTS`, all ``(batch, length)`` int64, and whose output is
        `OUTPUT`, ``(batch, length, 384)``; and its weights by name, to be added to the session
        as external initialisers.

    Raises:
        OSError: the file can't be read.
        KeyError: a weight is missing.
    """
    graph = _Graph(load_file(path))
    hidden = _embed(graph)
    for layer in range(LAYERS):
        output = OUTPUT if layer == LAYERS - 1 else f"hidden_{layer}"
        hidden = _encode(graph, f"encoder.layer.{layer}", hidden, output)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "minilm",
            [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "n"]) for n in INPUTS],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", "n", WIDTH])],
            [_placeholder(name, weight) for name, weight in graph.weights.items()],
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)],
    )
    model.ir_version = _IR_VERSION
    return model, graph.weights


def _embed(graph: _Graph) -> str:
    ids, types, _mask = (
        graph.node("Cast", [name], f"{name}_32", to=TensorProto.INT32) for name in INPUTS
    )
    tables = [
        graph.weight(f"embeddings.{table}_embeddings.weight")
        for table in ("word", "position", "token_type")
    ]
    norm = [graph.weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    graph.nodes.append(
        helper.make_node(
            "EmbedLayerNormalization",
            [ids, types, *tables, *norm],
            # The second output is a mask index that nothing here needs but the operator demands.
            ["embedded", "unused_mask_index"],
            domain=_FUSED,
            epsilon=EPSILON,
        )
    )
    return "embedded"


def _encode(graph: _Graph, at: str, hidden: str, output: str) -> str:
    heads = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
    attended = graph.node(
        "Attention",
        [
            hidden,
            graph.matrix(*(f"{head}.weight" for head in heads)),
            graph.vector(*(f"{head}.bias" for head in heads)),
            "attention_mask_32",
        ],
        f"{at}.attended",
        num_heads=HEADS,
    )
    mixed = _add_and_norm(graph, f"{at}.attention.output", attended, hidden, f"{at}.mixed")
    wide = graph.node(
        "MatMul", [mixed, graph.matrix(f"{at}.intermediate.dense.weight")], f"{at}.wide"
    )
    bent = graph.node(
        "BiasGelu", [wide, graph.weight(f"{at}.intermediate.dense.bias")], f"{at}.bent"
    )
    return _add_and_norm(graph, f"{at}.output", bent, mixed, output)


def _add_and_norm(graph: _Graph, at: str, changed: str, skipped: str, output: str) -> str:
    """Project ``changed``, add what skipped the block, and normalise."""
    projected = graph.node(
        "MatMul", [changed, graph.matrix(f"{at}.dense.weight")], f"{at}.projected"
    )
    inputs = [
        projected,
        skipped,
        graph.weight(f"{at}.LayerNorm.weight"),
        graph.weight(f"{at}.LayerNorm.bias"),
        graph.weight(f"{at}.dense.bias"),
    ]
    return graph.node("SkipLayerNormalization", inputs, output, epsilon=EPSILON)


def _placeholder(name: str, weight: Weights) -> TensorProto:
    """Return an initialiser that says its values are given to the session."""
    tensor = TensorProto(
        name=name,
        data_type=TensorProto.FLOAT,
        dims=weight.shape,
        data_location=TensorProto.EXTERNAL,
    )
    location = tensor.external_data.add()
    location.key, location.value = "location", "session"
    return tensor
