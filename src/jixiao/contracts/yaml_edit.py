"""Changes single values of ``jixiao.yaml`` where they stand: comments and layout stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from jixiao.contracts.schema import Role
from jixiao.core import ContractError


def with_roles(text: str, roles: Mapping[str, Role]) -> str:
    """Return the text with other roles of columns.

    Args:
        text: A ``jixiao.yaml`` that can be read.
        roles: New role by name of column; the others stay.

    Raises:
        ContractError: If there is no column of a name.
    """
    places = dict(_places(text))
    unknown = [name for name in roles if name not in places]
    if unknown:
        raise ContractError(
            "JX-E129",
            "columns",
            expected="columns of jixiao.yaml",
            got=f"{len(unknown)} others",
            hint="load the page again: somebody may have changed the file",
        )
    cuts = sorted((places[name], role.value) for name, role in roles.items())
    for (start, end), value in reversed(cuts):
        text = text[:start] + value + text[end:]
    return text


def _places(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the name of each column and where its role stands in the text."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "columns" and isinstance(value, yaml.SequenceNode):
            for column in value.value:
                parts = {name.value: node for name, node in column.value}
                role = parts["role"]
                yield parts["name"].value, (role.start_mark.index, role.end_mark.index)


def reasons(text: str) -> dict[str, str]:
    """Return the comment of each column: the one on its line, or alone on the line before.

    Args:
        text: A ``jixiao.yaml`` that can be read.
    """
    found: dict[str, str] = {}
    for name, (start, _) in _places(text):
        begin = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", start)
        line = text[begin : len(text) if stop < 0 else stop]
        before = text[:begin].splitlines()[-1:] or [""]
        own = line.partition("}  # ")[2]
        above = before[0].strip()
        found[name] = own or (above.removeprefix("# ") if above.startswith("# ") else "")
    return found
