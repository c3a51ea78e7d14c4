"""What a model is good and bad at, in words a non-specialist can use, from the figures alone.

Every sentence is a pattern in ``phrases``, once in Chinese and once in English, filled with
figures of the dict that ``evaluate`` returns. Nothing is computed here that is not stated there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from jixiao.evaluation.metrics import METRICS, plain_name
from jixiao.evaluation.phrases import NAMES, PATTERNS

Result = Mapping[str, Any]
Sentence = tuple[str, dict[str, Any]]

_FEW = 50
_MAIN = {"ordinal": "accuracy", "class": "accuracy", "classes": "subset_accuracy", "number": "mae"}
_JUDGED_BY = {"ordinal": "quadratic_kappa"}


def describe(result: Result, language: Literal["zh", "en"]) -> dict[str, list[str]]:
    """Return sentences under ``headline``, ``good``, ``weak`` and ``caution``.

    Args:
        result: What ``evaluate`` returned.
        language: Language of the sentences.
    """
    told: dict[str, list[str]] = {"headline": [], "good": [], "weak": [], "caution": []}
    if not result["n"]:
        pattern, filled = "too_few", {"n": 0}
        return {**told, "caution": [_write(pattern, filled, language)]}
    sources = (_headline, _rule, _against, _levels, _probabilities, _parts, _limits)
    for source in sources:
        for place, (pattern, filled) in source(result):
            told[place].append(_write(pattern, filled, language))
    return told


def is_beaten(result: Result) -> bool:
    """Return whether a baseline is clearly better, so that the model should not be used.

    Args:
        result: What ``evaluate`` returned.
    """
    return bool(result["n"]) and any(one == "worse" for _, (one, _) in _against(result))


def _write(pattern: str, filled: Mapping[str, Any], language: str) -> str:
    at = 0 if language == "zh" else 1
    named = {key: _named(key, value, at) for key, value in filled.items()}
    return PATTERNS[pattern][at].format(**named)


def _named(key: str, value: Any, at: int) -> Any:
    """Return a name of ours in the reader's language; names of the data stay as they are."""
    if key == "column":
        value = value.removeprefix("protected:")
    known = key in ("baseline", "metric", "column") and value in NAMES
    return NAMES[value][at] if known else value


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def _figure(name: str, value: float) -> str:
    return _percent(value) if "accuracy" in name or name == "off_by_one" else f"{value:.3g}"


Told = Iterator[tuple[str, Sentence]]


def _headline(result: Result) -> Told:
    test, kind = result["test"], result["task"]
    filled = {"n": result["n"]}
    if kind == "number":
        yield "headline", ("number", filled | {"mae": f"{test['mae']:.3g}"})
    elif kind == "ordinal":
        near = _percent(test["off_by_one"])
        yield (
            "headline",
            ("rating", filled | {"accuracy": _percent(test["accuracy"]), "near": near}),
        )
    else:
        yield "headline", (kind, filled | {"accuracy": _percent(test[_MAIN[kind]])})
    main = _MAIN[kind]
    if bounds := result["intervals"].get(main):
        low, high = (_figure(main, bound) for bound in bounds)
        yield "headline", ("sure", {"low": low, "high": high})
    if result["n"] < _FEW:
        yield "caution", ("too_few", filled)


def rule_words(rule: Mapping[str, Any] | None, language: Literal["zh", "en"]) -> str:
    """Return how an answer is chosen from the probabilities; ``""`` for the most probable one.

    Args:
        rule: The model's decision rule as plain keys, ``kind`` among them.
        language: Language of the sentence.
    """
    pattern = f"rule_{rule['kind']}" if rule else ""
    return _write(pattern, {}, language) if pattern in PATTERNS else ""


def _rule(result: Result) -> Told:
    rule = result.get("decision_rule")
    if rule and f"rule_{rule['kind']}" in PATTERNS:
        yield "caution", (f"rule_{rule['kind']}", {})


def main_metric(result: Result) -> str:
    """Return the name of the figure a result is told by."""
    return _MAIN[result["task"]]


def name_of(key: str, language: Literal["zh", "en"]) -> str:
    """Return what a metric, baseline or column of ours is called; other names as they are."""
    return NAMES[key][0 if language == "zh" else 1] if key in NAMES else key


def standing(result: Result, part: Mapping[str, Any]) -> Literal["worse", "better", "same", ""]:
    """Return how a slice stands to the whole: by whether its whole interval lies on one side.

    Args:
        result: What ``evaluate`` returned.
        part: One of its slices; empty where it is too small to say.
    """
    main = main_metric(result)
    bounds, overall = part["intervals"] and part["intervals"].get(main), result["test"][main]
    if not bounds or overall is None:
        return ""
    gaps = [_direction(main) * (bound - overall) for bound in bounds]
    return "worse" if max(gaps) < 0 else "better" if min(gaps) > 0 else "same"


def _direction(name: str) -> int:
    known = {plain_name(full): METRICS.get(full) for full in METRICS}
    return 1 if known[name].higher_is_better else -1


def _against(result: Result) -> Told:
    """Compare with every baseline: a level's distance decides for ratings, else the headline."""
    main = _JUDGED_BY.get(result["task"], _MAIN[result["task"]])
    for baseline, compared in result["differences"].items():
        gap = compared.get(main)
        theirs, ours = result["baselines"][baseline].get(main), result["test"].get(main)
        if gap is None or theirs is None or ours is None:
            continue
        signed = sorted(_direction(main) * bound for bound in (gap["low"], gap["high"]))
        pattern = "better" if signed[0] > 0 else "worse" if signed[1] < 0 else "same"
        filled = {
            "baseline": baseline,
            "metric": main,
            "ours": _figure(main, ours),
            "theirs": _figure(main, theirs),
        }
        yield {"better": "good", "worse": "weak", "same": "caution"}[pattern], (pattern, filled)


def _levels(result: Result) -> Told:
    per_class = result["per_class"] or {}
    judged = {level: figures for level, figures in per_class.items() if figures["n"] >= 10}
    for level, figures in per_class.items():
        if 0 < figures["n"] < 10 and len(per_class) <= 10:
            yield "caution", ("level_rare", {"level": level, "n": figures["n"]})
    if len(judged) < 2:
        return
    best = max(judged, key=lambda level: judged[level]["recall"])
    yield "good", ("level_good", {"level": best, "recall": _percent(judged[best]["recall"])})
    weakest = min(judged, key=lambda level: judged[level]["recall"])
    row = dict(zip(result["levels"], _row(result, weakest), strict=True))
    row.pop(weakest)
    if row and max(row.values()) > 0:
        filled = {
            "level": weakest,
            "n": judged[weakest]["n"],
            "recall": _percent(judged[weakest]["recall"]),
            "other": max(row, key=lambda level: row[level]),
        }
        yield "weak", ("level_bad", filled)


def _row(result: Result, level: str) -> list[int]:
    """Return how often each level was answered where one was true; zeros for several classes."""
    at = list(result["levels"]).index(level)
    counts: list[int] = (
        result["confusion"][at] if result["confusion"] else [0] * len(result["levels"])
    )
    return counts


def _probabilities(result: Result) -> Told:
    found = result["calibration"]
    if not found:
        return
    filled = {
        "ece": _percent(found["ece"]),
        "floor": _percent(found["noise_floor"]["p95"]),
        "lean": _percent(abs(found["overconfidence"])),
    }
    if found["calibrated"]:
        yield "good", ("calibrated", filled)
    elif abs(found["overconfidence"]) < found["ece"] / 2:
        yield "weak", ("uneven", filled)
    else:
        lean = "overconfident" if found["overconfidence"] > 0 else "underconfident"
        yield "weak", (lean, filled)


def _parts(result: Result) -> Told:
    """Name slices whose interval lies wholly on the bad side of the overall figure."""
    main = main_metric(result)
    overall = result["test"][main]
    for column, values in result["slices"].items():
        small = sum(value["too_small"] for value in values)
        if small:
            yield "caution", ("slice_small", {"column": column, "count": small})
        for value in values:
            if standing(result, value) == "worse":
                filled = {
                    "column": column,
                    "value": value["value"],
                    "n": value["n"],
                    "metric": main,
                    "figure": _figure(main, value["test"][main]),
                    "overall": _figure(main, overall),
                }
                yield "weak", ("slice_bad", filled)


def _limits(result: Result) -> Told:
    if found := result["ceiling"]:
        filled = {
            "agreement": f"{found['agreement']:.2f}",
            "best": _percent(found["best"]["accuracy"]),
            "share": _percent(found["share"].get("accuracy", 0.0)),
        }
        yield "caution", ("ceiling", filled)
        if found["exceeded"]:
            yield "weak", ("above_ceiling", {})
    far = [error for error in result["worst"] if error["distance"] >= 2]
    if result["task"] == "ordinal" and far:
        worst = far[0]
        filled = {"distance": f"{worst['distance']:.0f}"}
        yield "weak", ("worst", filled | {"true": worst["true"], "answer": worst["answer"]})
