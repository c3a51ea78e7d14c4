"""The workspace file ``jixiao.yaml``: settings to readable text and back, nothing lost.

What the reader sees: ``yaml_write`` lays the text out, ``yaml_read`` reads it strictly,
``yaml_edit`` changes single values in place. In the file the parts of the contract (``tables``,
``task``, ``columns``) stand at the top level.
"""

from jixiao.contracts.yaml_edit import reasons, with_roles
from jixiao.contracts.yaml_read import parse, parse_model
from jixiao.contracts.yaml_write import render

__all__ = ["parse", "parse_model", "reasons", "render", "with_roles"]
