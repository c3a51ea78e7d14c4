"""How the gate writes what would have been right."""

from __future__ import annotations

from jixiao.gate.facts import Known


def value_as_written(known: Known) -> str:
    """Return a fact's value with its unit, as a person would write it.

    Examples:
        >>> from jixiao.contracts import Fact
        >>> from jixiao.gate.facts import known
        >>> fact = Fact(id="f1", subject="E1", measure="sales", value=1200000.0, unit="CNY")
        >>> value_as_written(known(fact, {}))
        '1,200,000 CNY'
    """
    value = known.fact.value
    if isinstance(value, str):
        return value
    if value is None:
        return "no value"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    text = f"{value:.3g}" if text in ("0", "-0") and value else text
    unit = known.fact.unit
    if not unit:
        return text
    return f"{text}{unit}" if unit in ("%", "％") or not unit.isascii() else f"{text} {unit}"
