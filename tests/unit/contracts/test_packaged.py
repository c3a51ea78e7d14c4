"""YAML is read by loaders that make plain values alone."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import jixiao
from jixiao.contracts.packaged import packaged_yaml

SOURCE = Path(jixiao.__file__).parent
SAFE = (yaml.SafeLoader, yaml.CSafeLoader, yaml.BaseLoader)
"""The last makes texts of everything."""


def loads() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of ``yaml.load`` or one like it, and the module it stands in."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "yaml":
                module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
                assert isinstance(node, ast.Call)
                yield module, node


def test_no_yaml_is_read_by_a_loader_that_makes_objects() -> None:
    seen = 0
    for module, call in loads():
        name = ast.unparse(call.func)
        if name in {"yaml.SafeLoader", "yaml.CSafeLoader"}:
            continue
        assert name in {"yaml.load", "yaml.safe_load", "yaml.compose", "yaml.parse"}, name
        if name == "yaml.safe_load":
            continue
        given = call.args[1] if len(call.args) > 1 else call.keywords[0].value
        loader = eval(ast.unparse(given), vars(importlib.import_module(module)))
        assert issubclass(loader, SAFE), (module, loader)
        seen += 1
    assert seen >= 3


def test_an_object_in_a_packaged_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "evil.yaml").write_text("!!python/object/apply:os.getcwd []", "utf-8")
    monkeypatch.setattr("jixiao.contracts.packaged.files", lambda _: tmp_path)
    with pytest.raises(yaml.constructor.ConstructorError, match="could not determine"):
        packaged_yaml("jixiao", "evil.yaml")
