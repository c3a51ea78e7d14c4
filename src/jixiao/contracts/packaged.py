"""Reads the YAML files that come with the package: words, outlines, units."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The compiled reader takes a tenth of the time; not every build of the library has it."""


def packaged_yaml(package: str, *place: str) -> Any:
    """Return what a packaged YAML file holds, as plain values.

    Args:
        package: Name of the package that the file lies under.
        place: Folders below it, then the file's name.

    Examples:
        >>> sorted(packaged_yaml("jixiao.gate", "lexicons", "units.yaml")["%"])
        ['dimension', 'size', 'words']
    """
    text = files(package).joinpath(*place).read_text("utf-8")
    return yaml.load(text, _LOADER)
