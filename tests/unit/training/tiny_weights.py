"""Tiny random BERT and GPT folders and invented reviews, made by the tests themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from jixiao.contracts import Examples, Scale, Task, TaskKind

_LISTED = """
great good fine poor awful manager pay hours team work always late early calm rude happy slow fast
kind plan goal missed met north south shop desk call mail note
"""
WORDS = tuple(_LISTED.split())
ORDINAL = Task(kind=TaskKind.ORDINAL, target="rating", scale=Scale(levels=("1", "2", "3", "4")))
CLASS = Task(kind=TaskKind.CLASS, target="kind", classes=("a", "b", "c"))
CLASSES = Task(kind=TaskKind.CLASSES, target="topics", classes=("a", "b", "c"))
NUMBER = Task(kind=TaskKind.NUMBER, target="hours")


def tokenizer(special: tuple[str, ...]) -> Tokenizer:
    """Return a word-level tokenizer whose first tokens are the special ones."""
    vocabulary = {word: at for at, word in enumerate((*special, *WORDS))}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=special[1]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.add_special_tokens(list(special))
    if "[CLS]" in special:
        ids = [("[CLS]", special.index("[CLS]")), ("[SEP]", special.index("[SEP]"))]
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=ids
        )
    return made


def bert_folder(folder: Path) -> Path:
    """Save a BERT of two layers of 32 units."""
    import torch
    from transformers import BertConfig, BertModel

    made = tokenizer(("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    with torch.random.fork_rng():
        torch.manual_seed(3)
        BertModel(config).save_pretrained(folder)
    made.save(str(folder / "tokenizer.json"))
    return folder


def gpt_folder(folder: Path) -> Path:
    """Save a GPT-2 of two layers of 32 units."""
    import torch
    from transformers import GPT2Config, GPT2Model

    made = tokenizer(("[PAD]", "[UNK]"))
    config = GPT2Config(
        vocab_size=made.get_vocab_size(), n_positions=64, n_embd=32, n_layer=2, n_head=4
    )
    with torch.random.fork_rng():
        torch.manual_seed(3)
        GPT2Model(config).save_pretrained(folder)
    made.save(str(folder / "tokenizer.json"))
    return folder


def reviews(n_rows: int, task: Task = ORDINAL, *, seed: int = 0, parts: str = "text") -> Examples:
    """Return invented rows whose words, number and series all carry the target."""
    generator = np.random.default_rng(seed)
    n_levels = max(len(task.levels), 3)
    level = generator.integers(0, n_levels, n_rows)
    texts = []
    for k in level:
        words = [WORDS[k]] * 2 + list(generator.choice(WORDS[8:], generator.integers(2, 9)))
        texts.append(" ".join(generator.permutation(words)))
    noise = generator.normal(size=(n_rows, 6, 2))
    series = (level[:, None, None] + 0.5 * noise).astype(np.float32)
    series[generator.random(n_rows) < 0.2, :3] = np.nan
    return Examples(
        rows=np.arange(n_rows),
        texts={"review": texts} if "text" in parts else {},
        languages=["en"] * n_rows,
        numbers=(level + generator.normal(size=n_rows))[:, None]
        if "table" in parts
        else np.zeros((n_rows, 0)),
        number_names=("sales",) if "table" in parts else (),
        series=series if "series" in parts else None,
        series_names=("calls", "visits") if "series" in parts else (),
        y=_target(level, task, n_levels),
    )


def _target(level: np.ndarray, task: Task, n_levels: int) -> np.ndarray:
    if task.kind is TaskKind.NUMBER:
        return 10.0 + 3.0 * level
    if task.kind is TaskKind.CLASSES:
        return np.eye(n_levels, dtype=np.int64)[level]
    return level.astype(np.int64)
