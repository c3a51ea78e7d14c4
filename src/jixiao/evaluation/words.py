"""What a model is good and bad at, in words a non-specialist can use, from the figures alone.

Every sentence is a pattern in ``_PATTERNS``, once in Chinese and once in English, filled with
figures of the dict that ``evaluate`` returns. Nothing is computed here that is not stated there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from jixiao.evaluation.metrics import METRICS, plain_name

Result = Mapping[str, Any]
Sentence = tuple[str, dict[str, Any]]

_PATTERNS: dict[str, tuple[str, str]] = {
    "too_few": (
        "测试部分只有 {n} 条记录，数字只能作参考，不能作结论。",
        "Only {n} records were tested; take the figures as a hint, not as a conclusion.",
    ),
    "rating": (
        "在 {n} 条没有参与训练的记录上，{accuracy} 的评级与人给的完全相同，{near} 相差不超过一级。",
        "On {n} records it was not trained on, {accuracy} of its ratings equal the human one and "
        "{near} are at most one level away.",
    ),
    "class": (
        "在 {n} 条没有参与训练的记录上，{accuracy} 判断正确。",
        "On {n} records it was not trained on, {accuracy} of its answers are right.",
    ),
    "classes": (
        "在 {n} 条没有参与训练的记录上，{accuracy} 的类别组合完全正确。",
        "On {n} records it was not trained on, {accuracy} of its class sets are exactly right.",
    ),
    "number": (
        "在 {n} 条没有参与训练的记录上，估计值平均偏差 {mae}。",
        "On {n} records it was not trained on, its estimate is {mae} away on average.",
    ),
    "sure": (
        "若换一批同类记录，这个数字大概在 {low} 到 {high} 之间（95% 区间）。",
        "On other records of the same kind this figure would lie between about {low} and {high} "
        "(95 % interval).",
    ),
    "better": (
        "比“{baseline}”明显更好（{metric}：{ours} 对 {theirs}）。",
        "It is clearly better than “{baseline}” ({metric}: {ours} against {theirs}).",
    ),
    "worse": (
        "比“{baseline}”更差（{metric}：{ours} 对 {theirs}），不应使用。",
        "It is worse than “{baseline}” ({metric}: {ours} against {theirs}) and should not be used.",
    ),
    "same": (
        "与“{baseline}”分不出高下（{metric}：{ours} 对 {theirs}）。",
        "It cannot be told apart from “{baseline}” ({metric}: {ours} against {theirs}).",
    ),
    "level_good": (
        "认得最准的是“{level}”：此类记录中 {recall} 被认出。",
        "It is best at “{level}”: it recognises {recall} of those records.",
    ),
    "level_bad": (
        "最弱的是“{level}”：此类 {n} 条记录中只认出 {recall}，常被判成“{other}”。",
        "It is weakest at “{level}”: it recognises only {recall} of its {n} records and often says "
        "“{other}” instead.",
    ),
    "level_rare": (
        "“{level}”只有 {n} 条测试记录，太少，无法判断。",
        "“{level}” has only {n} tested records, too few to judge.",
    ),
    "calibrated": (
        "它给出的概率可信：偏差 {ece}，不超过完美模型也会有的随机波动（{floor}）。",
        "Its probabilities can be taken at their word: they are off by {ece}, no more than chance "
        "would make a perfect model's ({floor}).",
    ),
    "overconfident": (
        "它过于自信：给出的概率平均比实际命中率高 {lean}。",
        "It is too sure of itself: its stated probabilities exceed its hit rate by {lean}.",
    ),
    "underconfident": (
        "它过于谨慎：给出的概率平均比实际命中率低 {lean}。",
        "It is too cautious: its stated probabilities fall short of its hit rate by {lean}.",
    ),
    "uneven": (
        "它的概率只能粗看：平均偏差 {ece}，超出随机波动（{floor}）。",
        "Take its probabilities as rough: off by {ece}, more than chance explains ({floor}).",
    ),
    "slice_bad": (
        "在 {column}“{value}”（{n} 条）上明显较弱：{metric} 为 {figure}，总体为 {overall}。",
        "It is clearly weaker for {column} “{value}” ({n} records): {metric} {figure} against "
        "{overall} overall.",
    ),
    "slice_small": (
        "{column} 中有 {count} 个取值记录太少，无法判断。",
        "For {count} values of {column} there are too few records to judge.",
    ),
    "ceiling": (
        "人与人评级的一致性只有 {agreement}，"
        "再好的模型也只能有 {best} 完全相同；它达到了这一上限的 {share}。",
        "Human raters agree only {agreement} with each other, so even a perfect model would equal "
        "{best} of ratings; this one reaches {share} of that ceiling.",
    ),
    "above_ceiling": (
        "结果高于评级一致性所允许的上限：很可能有泄漏，或记住了评价人的习惯，请先查明。",
        "The result is above what rater agreement allows: look for a leak or memorised habits of "
        "raters first.",
    ),
    "worst": (
        "错得最远的一条相差 {distance} 级：人评“{true}”，它估计“{answer}”。",
        "Its worst error is {distance} levels: the human said “{true}”, it estimated “{answer}”.",
    ),
}

_NAMES: dict[str, tuple[str, str]] = {
    "majority": ("总猜最常见的一级", "always guessing the most common level"),
    "median": ("总猜中位数", "always guessing the median"),
    "last_period": ("沿用上期评级", "repeating last period's rating"),
    "linear": ("简单的线性模型", "a simple linear model"),
    "accuracy": ("正确率", "share right"),
    "quadratic_kappa": ("二次加权一致性", "quadratic kappa"),
    "mae": ("平均偏差", "mean error"),
    "subset_accuracy": ("完全正确率", "share exactly right"),
    "macro_f1": ("宏平均 F1", "macro F1"),
    "language": ("语言", "language"),
    "group": ("部门", "group"),
    "period": ("周期", "period"),
    "rater": ("评价人", "rater"),
}
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
    sources = (_headline, _against, _levels, _probabilities, _parts, _limits)
    for source in sources:
        for place, (pattern, filled) in source(result):
            told[place].append(_write(pattern, filled, language))
    return told


def _write(pattern: str, filled: Mapping[str, Any], language: str) -> str:
    at = 0 if language == "zh" else 1
    named = {
        key: _NAMES[value][at] if isinstance(value, str) and value in _NAMES else value
        for key, value in filled.items()
    }
    return _PATTERNS[pattern][at].format(**named)


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
    main = _MAIN[result["task"]]
    overall = result["test"][main]
    for column, values in result["slices"].items():
        small = sum(value["too_small"] for value in values)
        if small:
            yield "caution", ("slice_small", {"column": column, "count": small})
        for value in values:
            bounds = value["intervals"] and value["intervals"].get(main)
            if not bounds:
                continue
            if max(_direction(main) * (bound - overall) for bound in bounds) < 0:
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
    if result["task"] == "ordinal" and result["worst"]:
        worst = result["worst"][0]
        filled = {"distance": f"{worst['distance']:.0f}"}
        yield "weak", ("worst", filled | {"true": worst["true"], "answer": worst["answer"]})
