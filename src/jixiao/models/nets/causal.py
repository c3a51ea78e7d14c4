"""Causal language models from a local folder: loaded, asked, and judged by the answers they give.

For training, a network's raw output is one row a text: the summed negative log-likelihood of the
answer's tokens, and how many they are. The prompt's tokens are read and never learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from jixiao.core import ModelError

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
"""How a conversation is written for a model whose tokenizer brings no template of its own."""
_ASKED = "config.json, tokenizer.json and *.safetensors, as save_pretrained writes them"
_ROWS_JUDGED = 4
"""Texts that run through the network at once when no gradient is kept."""


def load_causal(folder: Path) -> tuple[Any, Any]:
    """Return tokenizer and network of a folder, in fp32 and ready to be asked.

    Raises:
        ModelError: If the folder holds no causal language model that can be loaded offline.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
        got = "a folder without them" if folder.is_dir() else "no such folder"
        raise _unusable(f"a folder with {_ASKED}", got)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        net = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError) as error:
        raise _unusable("weights that transformers can load", type(error).__name__) from error
    if not tokenizer.chat_template:
        tokenizer.chat_template = TEMPLATE
    net.eval()  # type: ignore[no-untyped-call]
    return tokenizer, net


def _unusable(expected: str, got: str) -> ModelError:
    hint = "name the folder of a GPT-class model saved in Hugging Face layout"
    return ModelError("JX-E630", "weights folder", expected=expected, got=got, hint=hint)


def prompt_ids(tokenizer: Any, messages: Sequence[dict[str, str]]) -> list[int]:
    """Return the ids of a conversation up to where the answer begins."""
    text = tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, tokenize=False)
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids


def end_id(tokenizer: Any) -> int:
    """Return the id that ends an answer, also used for padding.

    Raises:
        ModelError: If the tokenizer has no end token.
    """
    if tokenizer.eos_token_id is None:
        raise _unusable("a tokenizer with an end token (eos_token)", "none")
    return int(tokenizer.eos_token_id)


def context_length(net: Any) -> int:
    """Return the most tokens a model can hold."""
    return int(getattr(net.config, "max_position_embeddings", 0) or 4096)


@torch.inference_mode()
def write_on(
    tokenizer: Any, net: Any, ids: list[int], *, most: int, temperature: float
) -> list[int]:
    """Return what a model writes after a prompt, at most so many tokens.

    Args:
        tokenizer: Its tokenizer.
        net: The model.
        ids: Prompt, (T,).
        most: Most tokens.
        temperature: Randomness; 0 takes the likeliest token each time.
    """
    sampling = {"do_sample": True, "temperature": temperature} if temperature else {}
    made = net.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=most,
        pad_token_id=end_id(tokenizer),
        **({"do_sample": False} | sampling),
    )
    return list(made[0, len(ids) :].tolist())


class CausalWriter(nn.Module):
    """A causal language model under training, seen from its answers.

    Args:
        backbone: The model with its output head, as transformers loads it.
    """

    def __init__(self, backbone: Any) -> None:
        super().__init__()
        backbone.config.use_cache = False
        self.backbone = backbone

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """Return (B, 2): summed negative log-likelihood of each answer, and its tokens.

        Args:
            batch: ``input_ids`` and ``attention_mask`` (B, T), ``y`` (B,): tokens of the prompt.
        """
        if self.training:
            return self._scored(batch)
        parts = [
            self._scored({name: value[at : at + _ROWS_JUDGED] for name, value in batch.items()})
            for at in range(0, len(batch["input_ids"]), _ROWS_JUDGED)
        ]
        return torch.cat(parts)

    def _scored(self, batch: dict[str, Tensor]) -> Tensor:
        ids, mask = batch["input_ids"], batch["attention_mask"]  # (B, T)
        hidden = self.backbone.base_model(input_ids=ids, attention_mask=mask).last_hidden_state
        place = torch.arange(1, ids.shape[1])  # of the token that is foretold
        is_answer = (place >= batch["y"][:, None]) & (mask[:, 1:] == 1)  # (B, T - 1)
        logits = self.backbone.get_output_embeddings()(hidden[:, :-1][is_answer])  # (A, V)
        losses = nn.functional.cross_entropy(
            logits.float(), ids[:, 1:][is_answer], reduction="none"
        )
        row = is_answer.nonzero()[:, 0]
        sums = torch.zeros(len(ids)).index_add(0, row, losses)
        return torch.stack([sums, is_answer.sum(dim=1).float()], dim=1)
