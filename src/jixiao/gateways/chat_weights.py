"""A language model whose weights lie in a local folder: no server, no network, safetensors only."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any

from jixiao.contracts import Answer, Question, WriterSettings
from jixiao.core import EndpointError

_ASKED = "config.json, tokenizer.json and model.safetensors, as save_pretrained writes them"


class WeightsChat:
    """Asks causal-LM weights of a folder, one question at a time.

    Args:
        settings: Names the folder; checked already.
    """

    def __init__(self, settings: WriterSettings) -> None:
        folder = Path(settings.folder or "")
        if not (folder / "config.json").is_file() or not list(folder.glob("*.safetensors")):
            raise EndpointError(
                "JX-E620",
                "writer.folder",
                expected=f"a folder with {_ASKED}",
                got="a folder without them" if folder.is_dir() else "no such folder",
                hint="name the folder of a model saved in Hugging Face layout",
            )
        self._name = f"{folder.name}-{weights_hash(folder)[:16]}"
        self._lock = threading.Lock()
        self._tokenizer, self._net = _loaded(folder)

    @property
    def model(self) -> str:
        """Name of the folder with the hash of its weights."""
        return self._name

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._net = None

    def ask(self, question: Question) -> Answer:
        """Return what the weights write, greedily or by the question's temperature.

        Raises:
            EndpointError: If the model was given back already.
        """
        import torch

        with self._lock, torch.inference_mode():
            if self._net is None:
                raise EndpointError(
                    "JX-E621", "writer.folder", expected="an open model", got="a closed one"
                )
            room = context_length(self._net) - 1
            ids = prompt_ids(self._tokenizer, [m.model_dump() for m in question.messages])
            most = min(question.answer_tokens, max(room // 2, 1))
            ids = ids[-(room - most) :]
            made = self._net.generate(
                torch.tensor([ids]),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                max_new_tokens=most,
                **_sampling(question.temperature),
                pad_token_id=_pad(self._tokenizer),
            )[0, len(ids) :].tolist()
        text = self._tokenizer.decode(made, skip_special_tokens=True)
        finish = "length" if len(made) >= most else "stop"
        return Answer(text=text, finish=finish, tokens_read=len(ids), tokens_written=len(made))


def weights_hash(folder: Path) -> str:
    """Return the SHA-256 over the hashes of all weight, config and tokenizer files."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), *folder.glob("*.json")]):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def prompt_ids(tokenizer: Any, messages: list[dict[str, str]]) -> list[int]:
    """Return the ids of a conversation, by the tokenizer's own template where it has one."""
    if tokenizer.chat_template:
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    else:
        text = "\n\n".join(message["content"] for message in messages) + "\n\n"
    ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return ids or [_pad(tokenizer)]


def context_length(net: Any) -> int:
    """Return the most tokens a model can hold."""
    return int(getattr(net.config, "max_position_embeddings", 0) or 4096)


def _sampling(temperature: float) -> dict[str, Any]:
    return {"do_sample": True, "temperature": temperature} if temperature else {"do_sample": False}


def _pad(tokenizer: Any) -> int:
    known = (tokenizer.pad_token_id, tokenizer.eos_token_id)
    return next((int(one) for one in known if one is not None), 0)


def _loaded(folder: Path) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        net = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError) as error:
        raise EndpointError(
            "JX-E622",
            "writer.folder",
            expected=f"weights that transformers can read: {_ASKED}",
            got=type(error).__name__,
            hint="save model and tokenizer with save_pretrained",
        ) from error
    net.eval()  # type: ignore[no-untyped-call]
    return tokenizer, net
