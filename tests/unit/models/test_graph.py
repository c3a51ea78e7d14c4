from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.training.tiny_weights import WORDS, bert_folder, tokenizer

from jixiao.models.graph import encoder_graph
from jixiao.models.quantise import calibrate, calibration_points
from jixiao.models.runtime import Graph
from jixiao.models.weights import EncoderFolder, find_encoder


def roberta_folder(folder: Path) -> Path:
    import torch
    from transformers import RobertaConfig, RobertaModel

    made = tokenizer(("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
    config = RobertaConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=40,
        type_vocab_size=1,
        pad_token_id=1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(5)
        RobertaModel(config).save_pretrained(folder)
    made.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module", params=["bert", "roberta"])
def encoder(request: Any, tmp_path_factory: pytest.TempPathFactory) -> EncoderFolder:
    make = bert_folder if request.param == "bert" else roberta_folder
    return find_encoder(make(tmp_path_factory.mktemp("weights") / request.param))


@pytest.fixture(scope="module")
def batch() -> dict[str, Any]:
    draw = np.random.default_rng(0)
    mask = (np.arange(17)[None, :] < np.array([17, 9, 3])[:, None]).astype(np.int64)
    return {"input_ids": draw.integers(4, 4 + len(WORDS), (3, 17)) * mask, "attention_mask": mask}


def by_transformers(encoder: EncoderFolder, batch: dict[str, Any]) -> Any:
    import torch
    from transformers import AutoModel

    net: Any = AutoModel.from_pretrained(encoder.folder, local_files_only=True).eval()
    ids, mask = (torch.tensor(batch[name]) for name in ("input_ids", "attention_mask"))
    if encoder.config["model_type"] != "bert":
        ids = torch.where(mask == 1, ids, torch.ones_like(ids))  # its own padding id
    with torch.no_grad():
        hidden = net(input_ids=ids, attention_mask=mask).last_hidden_state.numpy()
    weight = batch["attention_mask"][:, :, None]
    pooled = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def test_the_graph_computes_what_transformers_does(
    encoder: EncoderFolder, batch: dict[str, Any]
) -> None:
    found = Graph(encoder_graph(encoder), threads=1).run([batch])[0][0]
    np.testing.assert_allclose(found, by_transformers(encoder, batch), atol=2e-6)


def test_the_graph_runs_alike_in_onnx_runtime(
    encoder: EncoderFolder, batch: dict[str, Any]
) -> None:
    import onnxruntime

    graph = encoder_graph(encoder)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    ours = Graph(graph, threads=1).run([batch])[0][0]
    np.testing.assert_allclose(session.run(None, dict(batch))[0], ours, atol=2e-6)


def test_int8_stays_near_and_is_smaller(encoder: EncoderFolder, batch: dict[str, Any]) -> None:
    exact = encoder_graph(encoder)
    narrow = encoder_graph(encoder, calibrate(encoder, [" ".join(WORDS[:15])] * 3, threads=1))
    first, second = (Graph(g, threads=1).run([batch])[0][0] for g in (exact, narrow))
    assert (first * second).sum(axis=1).min() > 0.98
    assert len(narrow) < len(exact)


def test_every_calibration_point_can_be_given_out(
    encoder: EncoderFolder, batch: dict[str, Any]
) -> None:
    points = calibration_points(encoder)
    graph = Graph(encoder_graph(encoder, outputs=points), threads=1)
    assert graph.outputs == ("embedding", *points)
    shapes = {
        point: part.shape for point, part in zip(points, graph.run([batch])[0][1:], strict=True)
    }
    assert shapes["encoder.layer.0.wide"] == (3, 17, 64)
    assert shapes["encoder.layer.0.query"] == (3, 17, 32)
