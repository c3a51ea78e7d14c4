"""A language model whose weights lie in a local folder: no server, no network, safetensors only."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from jixiao.contracts import Answer, Question, WriterSettings
from jixiao.core import EndpointError


class WeightsChat:
    """Asks causal-LM weights of a folder, one question at a time.

    Args:
        settings: Names the folder; checked already.

    Raises:
        ModelError: If the folder cannot be loaded.
    """

    def __init__(self, settings: WriterSettings) -> None:
        from jixiao.models.nets.causal import load_causal

        folder = Path(settings.folder or "")
        self._tokenizer, self._net = load_causal(folder)
        self._name = f"{folder.name}-{weights_hash(folder)[:16]}"
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """Name of the folder with the hash of its weights."""
        return self._name

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._net = None

    def ask(self, question: Question) -> Answer:
        """Return what the weights write.

        A prompt that leaves no room for an answer is an unanswered question, never cut.

        Raises:
            EndpointError: If the model was given back already, or the prompt is too long for it.
        """
        from jixiao.models.nets.causal import context_length, prompt_ids, write_on

        with self._lock:
            if self._net is None:
                raise _error("JX-E621", "an open model", "a closed one")
            messages = [message.model_dump() for message in question.messages]
            ids = prompt_ids(self._tokenizer, messages)
            most = min(question.answer_tokens, context_length(self._net) - len(ids))
            if most < 1:
                got = f"a prompt of {len(ids)} tokens"
                raise _error("JX-E622", f"at most {context_length(self._net)} tokens", got)
            made = write_on(
                self._tokenizer, self._net, ids, most=most, temperature=question.temperature
            )
        text = self._tokenizer.decode(made, skip_special_tokens=True)
        finish = "length" if len(made) >= most else "stop"
        return Answer(text=text, finish=finish, tokens_read=len(ids), tokens_written=len(made))


def _error(code: str, expected: str, got: str) -> EndpointError:
    hint = "name a folder with a model of a longer context"
    return EndpointError(code, "writer.folder", expected=expected, got=got, hint=hint)


def weights_hash(folder: Path) -> str:
    """Return the SHA-256 over the hashes of all weight, config and tokenizer files."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), *folder.glob("*.json")]):
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
