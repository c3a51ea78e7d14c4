"""Chinese or English: which of the two languages a text is written in."""

from __future__ import annotations

import re
from typing import Literal

_HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(text: str) -> Literal["zh", "en"]:
    """Return ``zh`` where a fair share of the characters is Chinese, else ``en``.

    Examples:
        >>> language_of("按时交付"), language_of("on time")
        ('zh', 'en')
    """
    return "zh" if len(_HAN.findall(text)) * 4 >= len(text) else "en"
