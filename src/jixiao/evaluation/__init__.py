"""Metrics, intervals, baselines, slices, calibration and ceilings: arrays in, plain dicts out."""

from jixiao.evaluation.calibration import calibration, calibration_error, noise_floor
from jixiao.evaluation.ceiling import ceiling
from jixiao.evaluation.evaluate import Surroundings, evaluate, per_class
from jixiao.evaluation.intervals import Resamples, differences, intervals
from jixiao.evaluation.judged import Judged, judge
from jixiao.evaluation.metrics import METRICS, Metric, compute_all, metric
from jixiao.evaluation.score_metrics import register_all
from jixiao.evaluation.words import describe, is_beaten, main_metric, name_of, rule_words, standing

register_all()

__all__ = [
    "METRICS",
    "Judged",
    "Metric",
    "Resamples",
    "Surroundings",
    "calibration",
    "calibration_error",
    "ceiling",
    "compute_all",
    "describe",
    "differences",
    "evaluate",
    "intervals",
    "is_beaten",
    "judge",
    "main_metric",
    "metric",
    "name_of",
    "noise_floor",
    "per_class",
    "rule_words",
    "standing",
]
