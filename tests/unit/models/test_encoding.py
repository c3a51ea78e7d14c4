from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.unit.training.tiny_weights import WORDS, bert_folder

from jixiao.core import ModelError
from jixiao.models.encoding import TextEncoder
from jixiao.models.weights import find_encoder

TEXTS = [
    "The manager helped me plan my week and praised the team in public.",
    "Late again, and rude to two customers on the phone.",
    "Pay is fine.",
    "My manager organises the week with me and says thanks in front of everyone.",
    "Careful with the figures; the quarterly report went out without a single correction " * 6,
    "ok",
]


@pytest.fixture(scope="module")
def int8() -> TextEncoder:
    return TextEncoder.open(threads=1)


@pytest.fixture(scope="module")
def fp32() -> TextEncoder:
    return TextEncoder.open(precision="fp32", threads=1)


def test_fp32_is_what_transformers_and_mean_pooling_give(fp32: TextEncoder) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = find_encoder().folder
    net = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    fed = AutoTokenizer.from_pretrained(folder, local_files_only=True)(
        TEXTS, padding=True, truncation=True, max_length=256, return_tensors="pt"
    )
    with torch.no_grad():
        hidden = net(**fed).last_hidden_state.numpy()
    mask = fed["attention_mask"].numpy()[:, :, None]
    pooled = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
    expected = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    np.testing.assert_allclose(fp32.encode(TEXTS), expected, atol=2e-6)


def test_int8_stays_close_to_fp32_and_means_the_same(fp32: TextEncoder, int8: TextEncoder) -> None:
    exact, quick = fp32.encode(TEXTS), int8.encode(TEXTS)
    cosine = (exact * quick).sum(axis=1)
    assert cosine[:5].min() > 0.995
    assert cosine[5] > 0.97, "a text of one word is the hardest"
    np.testing.assert_allclose(np.linalg.norm(quick, axis=1), 1, atol=1e-5)
    likeness = quick @ quick.T
    assert likeness[0].argsort()[-2] == 3, "the paraphrase is the nearest other text"


def test_a_text_has_the_same_vector_whatever_its_neighbours(int8: TextEncoder) -> None:
    together = int8.encode(TEXTS)
    alone = np.concatenate([int8.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(int8.encode(TEXTS[::-1])[::-1], together)


def test_threads_do_not_change_a_vector(int8: TextEncoder) -> None:
    np.testing.assert_array_equal(TextEncoder.open(threads=2).encode(TEXTS), int8.encode(TEXTS))


def test_blank_and_repeated_texts(int8: TextEncoder) -> None:
    found = int8.encode(["", "Pay is fine.", "  \n", " Pay is fine. "])
    assert not found[[0, 2]].any()
    np.testing.assert_array_equal(found[1], found[3])
    assert int8.encode([]).shape == (0, 384)


def test_long_texts_are_cut_at_max_len(int8: TextEncoder) -> None:
    many = "word " * 5_000
    assert len(int8.tokenise([many])[0]) == 256
    np.testing.assert_array_equal(int8.encode([many]), int8.encode([many + "and more"]))
    short = TextEncoder.open(max_len=16, threads=1)
    assert len(short.tokenise([many])[0]) == 16
    assert short.fingerprint != int8.fingerprint


def test_odd_characters_are_survived(int8: TextEncoder) -> None:
    found = int8.encode(
        [
            "\x00\u200b",
            "绩效很好",
            "😀" * 400,
            "a\ud800b".encode("utf-16", "ignore").decode("utf-16"),
        ]
    )
    assert np.isfinite(found).all()


def test_progress_counts_different_texts(int8: TextEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    int8.encode(["a b", "a b", "c d", ""], progress=lambda *step: told.append(step))
    assert told == [("encode", 2, 2)]


def test_a_saved_encoder_gives_the_same_vectors(int8: TextEncoder, tmp_path: Path) -> None:
    int8.save(tmp_path / "encoder")
    names = sorted(path.name for path in (tmp_path / "encoder").iterdir())
    assert names == ["encoder.json", "encoder.onnx", "tokenizer.json"]
    assert (tmp_path / "encoder" / "encoder.onnx").stat().st_size < 25_000_000
    again = TextEncoder.load(tmp_path / "encoder", threads=1)
    assert again.fingerprint == int8.fingerprint
    np.testing.assert_array_equal(again.encode(TEXTS), int8.encode(TEXTS))


def test_a_changed_or_missing_file_is_refused(int8: TextEncoder, tmp_path: Path) -> None:
    int8.save(tmp_path)
    with (tmp_path / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelError, match="expected the files that were saved, got changed files"):
        TextEncoder.load(tmp_path)
    (tmp_path / "encoder.onnx").unlink()
    with pytest.raises(ModelError, match=r"encoder\.onnx: expected a file of a saved encoder"):
        TextEncoder.load(tmp_path)


def test_int8_of_another_folder_needs_texts_to_measure_on(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "own")
    with pytest.raises(ModelError) as caught:
        TextEncoder.open(folder, threads=1)
    assert str(caught.value) == (
        "[JX-E349.calibration] int8: expected texts to measure activations on, got none\n"
        "  Hint: give a sample of the texts, or use fp32"
    )
    made = TextEncoder.open(folder, sample=["great team", " ".join(WORDS)], threads=1)
    plain = TextEncoder.open(folder, precision="fp32", threads=1)
    texts = ["great team", "rude manager always late"]
    assert (made.encode(texts) * plain.encode(texts)).sum(axis=1).min() > 0.98
    assert made.fingerprint != plain.fingerprint


def test_encoding_never_imports_torch(int8: TextEncoder, tmp_path: Path) -> None:
    int8.save(tmp_path)
    code = (
        "import sys, pathlib\n"
        "from jixiao.models.encoding import TextEncoder\n"
        "TextEncoder.load(pathlib.Path(sys.argv[1])).encode(['good work'])\n"
        "TextEncoder.open().encode(['good work'])\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
