"""The sentences ``words`` fills in, each once in Chinese and once in English; no figures here."""

from __future__ import annotations

PATTERNS: dict[str, tuple[str, str]] = {
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
    "rule_cuts": (
        "它给出的等级看各等级的加权平均落在哪一段，分段点选在与人工评级最一致处，"
        "因此不一定是概率最大的那一级。",
        "The level it answers is the mean over the levels, cut where it agreed best with human "
        "ratings; so it is not always the level with the largest probability.",
    ),
    "rule_cost": (
        "它给出的等级是预期误差最小的一级（差得越远，误差算得越重），"
        "因此不一定是概率最大的那一级。",
        "The level it answers is the one of least expected error, a far miss counting more; so it "
        "is not always the level with the largest probability.",
    ),
    "rule_offsets": (
        "它先给各类别的概率乘上各自的权重再比较，因此给出的不一定是概率最大的那一类。",
        "It weights the probability of each class before it compares them; so its answer is not "
        "always the class with the largest probability.",
    ),
    "rule_thresholds": (
        "某一类别的概率达到它自己的门槛就会列出，门槛不一定是 50%。",
        "It names a class whose probability reaches a threshold of its own, which is not always "
        "50 %.",
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
        "Too few tested records to judge “{level}”: {n}.",
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
        "Too few records to judge: {count} of the values of {column}.",
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
"""Sentences by what they say, Chinese and English, with places for figures."""

NAMES: dict[str, tuple[str, str]] = {
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
"""Our own names of baselines, metrics and columns, Chinese and English."""
