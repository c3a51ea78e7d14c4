"""A tiny causal language model that a test builds itself, with a byte-level tokenizer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

END = "<|end|>"


def writer_folder(folder: Path, texts: Iterable[str], *, context: int = 4096) -> Path:
    """Save a GPT-2 of two layers of 32 units and a tokenizer learnt from the texts.

    Args:
        folder: Where it goes.
        texts: What the tokenizer learns its pieces from; any other text can be written too.
        context: Most tokens it holds.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=2000,
        special_tokens=[END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=END, pad_token=END)
    config = GPT2Config(
        vocab_size=made.get_vocab_size(),
        n_positions=context,
        n_embd=32,
        n_layer=2,
        n_head=4,
        attn_pdrop=0.0,
        initializer_range=0.2,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = GPT2LMHeadModel(config)
    net.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
