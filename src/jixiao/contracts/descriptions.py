"""The strings under the fields of a model, read from its source when somebody asks for them.

Pydantic can read them while a class is made (``use_attribute_docstrings``), at the price of 0.1 s
in every command; only ``jixiao.yaml``, the reference pages and JSON schemas ever show them.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache

from pydantic import BaseModel


@cache
def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return field name to the string under it, fields of base classes included."""
    told: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            told |= _own(base)
    return {name: text for name, text in told.items() if name in model.model_fields}


def _own(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(tree, ast.ClassDef)
    told: dict[str, str] = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            told[field.target.id] = inspect.cleandoc(str(below.value.value))
    return told
