from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.training.tiny_weights import bert_folder
from torch import nn

from jixiao.core import ModelError
from jixiao.models.nets.adapter import PLACES, AdapterLinear
from jixiao.models.nets.fusion import FusionNet, FusionSizes, head_width
from jixiao.models.nets.heads import (
    NumberHead,
    OrdinalHead,
    ordinal_log_proba,
    ordinal_loss,
    smoothed_nll,
)
from jixiao.models.nets.lean_bert import bit_dropout
from jixiao.models.nets.lora import LoraLinear, merge_lora, replace_modules
from jixiao.models.nets.lstm import SeriesLstm, TokenLstm, lstm_parameters
from jixiao.models.nets.transformer import TextTransformer, layer_depth
from jixiao.models.ordinal import cumulative_proba


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


@given(st.integers(2, 9), st.integers(0, 1000))
def test_the_ordinal_head_agrees_with_the_formula_used_for_scoring(
    n_levels: int, seed: int
) -> None:
    head = OrdinalHead(4, n_levels)
    logits = head(3 * numbers(6, 4, seed=seed)).detach()
    assert (np.diff(logits.numpy(), axis=1) <= 0).all(), "P(y > k) falls along k"
    ours = ordinal_log_proba(logits).exp().numpy()
    assert np.allclose(ours, cumulative_proba(logits.double().numpy()), atol=2e-6)
    assert np.allclose(ours.sum(axis=1), 1.0, atol=1e-5)


def test_an_uninformative_ordinal_head_gives_the_shares_of_train() -> None:
    head = OrdinalHead(3, 5)
    shares = [10.0, 20.0, 40.0, 20.0, 10.0]
    head.start_at(shares)
    with torch.no_grad():
        head.score.weight.zero_()
        head.score.bias.zero_()
        found = ordinal_log_proba(head(numbers(2, 3))).exp()
    assert np.allclose(found.numpy(), np.array(shares) / 100, atol=1e-3)


def test_the_ordinal_loss_stays_finite_far_from_the_truth() -> None:
    logits = torch.tensor([[60.0, 55.0], [-55.0, -60.0]], requires_grad=True)
    loss = ordinal_loss(logits, torch.tensor([0, 2]))
    loss.backward()
    assert math.isclose(loss.item(), 60.0, rel_tol=0.01)
    assert torch.isfinite(logits.grad).all()  # type: ignore[arg-type]


def test_smoothing_is_what_torch_means_by_it() -> None:
    logits, y = numbers(8, 5), torch.arange(8) % 5
    ours = smoothed_nll(logits.log_softmax(1), y, smoothing=0.1)
    theirs = nn.functional.cross_entropy(logits, y, label_smoothing=0.1)
    assert torch.allclose(ours, theirs)


def test_the_number_head_speaks_in_the_targets_unit() -> None:
    head = NumberHead(2, mean=50.0, spread=4.0)
    with torch.no_grad():
        head.score.weight.zero_()
        head.score.bias.fill_(1.0)
    assert head(numbers(3, 2)).flatten().tolist() == [54.0] * 3


def test_the_lstm_has_as_many_parameters_as_the_closed_formula_says() -> None:
    for inputs, units, layers in ((5, 100, 3), (10, 7, 1), (3, 20, 2)):
        net = SeriesLstm(inputs, units=units, layers=layers)
        counted = sum(p.numel() for p in net.parameters()) + units + 1
        assert counted == lstm_parameters(inputs, units=units, layers=layers, outputs=1)


def test_padding_behind_a_series_changes_nothing() -> None:
    net = SeriesLstm(4, units=8, layers=2).eval()
    steps = numbers(2, 5, 4)
    longer = torch.cat([steps, 100 * numbers(2, 3, 4, seed=1)], dim=1)
    length = torch.tensor([5, 3])
    assert torch.allclose(net(steps, length), net(longer, length), atol=1e-6)


def test_reading_the_last_step_equals_packing() -> None:
    net = TokenLstm(20, embedding=6, units=8, layers=2).eval()
    ids = torch.tensor([[3, 4, 5, 6], [7, 8, 0, 0]])
    lengths = torch.tensor([4, 2])
    packed = nn.utils.rnn.pack_padded_sequence(
        net.embedding(ids), lengths, batch_first=True, enforce_sorted=False
    )
    _, (last, _) = net.lstm(packed)
    assert torch.allclose(net(ids, (ids > 0).long()), last[-1], atol=1e-6)


def test_lora_starts_as_the_frozen_layer_and_merges_to_what_it_learnt() -> None:
    base = nn.Linear(6, 4)
    x = numbers(3, 6)
    before = base(x)
    net = nn.Sequential()
    net.add_module("query", base)
    assert replace_modules(net, ("query",), LoraLinear, rank=2, alpha=4.0, dropout=0.0) == 1
    assert torch.equal(net(x), before)
    trained = [name for name, p in net.named_parameters() if p.requires_grad]
    assert trained == ["query.lora_a", "query.lora_b"]
    with torch.no_grad():
        net.query.lora_b.copy_(numbers(4, 2))  # type: ignore[union-attr, operator]
    learnt = net(x).detach()
    assert merge_lora(net) == 1
    assert isinstance(net.query, nn.Linear)
    assert torch.allclose(net(x), learnt, atol=1e-6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_lora_agrees_with_peft(tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    ours = TextTransformer.from_folder(bert_folder(tmp_path)).eval()
    theirs = TextTransformer.from_folder(tmp_path).eval()
    targets = ["query", "value"]
    replace_modules(ours, targets, LoraLinear, rank=4, alpha=8.0, dropout=0.0)
    config = peft.LoraConfig(r=4, lora_alpha=8, lora_dropout=0.0, target_modules=targets)
    wrapped = peft.get_peft_model(theirs.backbone, config)
    theirs.is_lean = False
    generator = np.random.default_rng(0)
    for name, module in ours.named_modules():
        if isinstance(module, LoraLinear):
            twin = wrapped.get_submodule(name.replace("backbone.", "base_model.model.", 1))
            for mine, other in (
                (module.lora_a, twin.lora_A["default"].weight),
                (module.lora_b, twin.lora_B["default"].weight),
            ):
                values = torch.from_numpy(generator.normal(size=mine.shape).astype(np.float32))
                mine.data.copy_(values)
                other.data.copy_(values)
    theirs.backbone = wrapped
    ids = torch.arange(4, 16).view(2, 6)
    mask = torch.ones_like(ids)
    a, b = ours(ids, mask), theirs(ids, mask)
    assert torch.allclose(a, b, atol=1e-5)
    merge_lora(ours)
    theirs.backbone = wrapped.merge_and_unload()
    assert torch.allclose(ours(ids, mask), theirs(ids, mask), atol=1e-5)
    assert torch.allclose(ours(ids, mask), a, atol=1e-5)


def test_a_target_no_layer_bears_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    net = TextTransformer.from_folder(bert_folder(tmp_path))
    with pytest.raises(ModelError, match="expected names among dense, key, query, value, got w"):
        replace_modules(net, ("w",), LoraLinear, rank=2, alpha=2.0, dropout=0.0)


@pytest.mark.parametrize("style", ["houlsby", "pfeiffer"])
def test_adapters_start_as_the_frozen_model_and_alone_are_trained(
    style: str, tmp_path: Path
) -> None:
    net = TextTransformer.from_folder(bert_folder(tmp_path)).eval().requires_grad_(False)
    ids = torch.arange(4, 12).view(1, 8)
    before = net(ids, torch.ones_like(ids))
    found = replace_modules(net, PLACES["bert"][style], AdapterLinear, bottleneck=4)
    assert found == {"houlsby": 4, "pfeiffer": 2}[style]
    assert torch.allclose(net(ids, torch.ones_like(ids)), before, atol=1e-6)
    trained = {n.rsplit(".", 2)[-2] for n, p in net.named_parameters() if p.requires_grad}
    assert trained == {"down", "up"}


def test_the_lean_forward_pass_equals_transformers(tmp_path: Path) -> None:
    net = TextTransformer.from_folder(bert_folder(tmp_path)).eval()
    assert net.is_lean
    ids = torch.arange(4, 28).view(3, 8)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    lean = net(ids, mask)
    net.is_lean = False
    assert torch.allclose(lean, net(ids, mask), atol=1e-5)


def test_dropout_from_bytes_drops_the_share_and_keeps_the_mean() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        found = bit_dropout(torch.ones(200_003), 0.1)
    assert abs((found == 0).float().mean().item() - 26 / 256) < 0.003
    assert abs(found.mean().item() - 1.0) < 0.003
    assert bit_dropout(found, 0.0) is found


def test_depth_counts_from_the_head() -> None:
    assert layer_depth("head.score.weight", 6) == 0
    assert layer_depth("text.backbone.encoder.layer.5.output.dense.weight", 6) == 1
    assert layer_depth("text.backbone.h.0.attn.c_attn.weight", 6) == 6
    assert layer_depth("text.backbone.embeddings.LayerNorm.weight", 6) == 7


def test_a_missing_modality_is_replaced_and_never_read() -> None:
    sizes = FusionSizes(text=4, series=3)
    net = FusionNet(sizes, nn.Linear(head_width(sizes), 2), dropout=0.0, modality_dropout=0.0)
    net.series = SeriesLstm(2, units=3, layers=1)
    net.eval()
    batch = {
        "text_vector": numbers(2, 4),
        "has_text": torch.tensor([1, 0]),
        "series": numbers(2, 5, 2),
        "series_length": torch.tensor([0, 5]),
    }
    found = net.fuse(batch)
    changed = {**batch, "text_vector": batch["text_vector"] + torch.tensor([[0.0], [9.0]])}
    changed["series"] = batch["series"] + torch.tensor([9.0, 0.0]).view(2, 1, 1)
    assert torch.equal(net.fuse(changed), found)


def test_modality_dropout_never_hides_all_that_a_row_has() -> None:
    sizes = FusionSizes(text=2, table=2, table_units=2)
    net = FusionNet(sizes, nn.Identity(), dropout=0.0, modality_dropout=1.0)
    net.train()
    batch = {
        "text_vector": numbers(3, 2) + 5,
        "has_text": torch.tensor([1, 1, 0]),
        "table": numbers(3, 2),
    }
    fused = net.fuse(batch)
    assert torch.equal(fused[:2, :2], batch["text_vector"][:2])
    assert (fused[2, :2] == 0).all()
