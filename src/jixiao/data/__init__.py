"""From source tables to examples: read, clean, check, join, mask, label, split.

Reading, cleaning and checking are at hand; whatever else a verb needs is loaded when it is named,
so that checking a table waits for nothing that only masking or training uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jixiao.data.check import Checked, check
from jixiao.data.clean import clean, near_duplicate_report, near_duplicates
from jixiao.data.desk import count_rows
from jixiao.data.formula_guard import guarded, unguarded
from jixiao.data.held_out import HeldOut, held_out
from jixiao.data.quarantine import read_back
from jixiao.data.sources import Limits, RawTable, is_url, parse_url, read_table

if TYPE_CHECKING:
    from jixiao.data.examples import build_examples
    from jixiao.data.features import FeatureSpec, feature_spec
    from jixiao.data.inference import Inference, Overrides, infer
    from jixiao.data.join import Joined, join_tables
    from jixiao.data.kpi import indicator_rows
    from jixiao.data.labels import LabelMapping, to_scale
    from jixiao.data.language import detect_languages, segment, split_sentences
    from jixiao.data.leaks import find_leaks
    from jixiao.data.mask import (
        Masker,
        mask_texts,
        masker_of,
        name_columns,
        name_masker,
        own_names,
        prose_columns,
    )
    from jixiao.data.matching import match_columns, match_tables
    from jixiao.data.noise import Suspect, label_suspects
    from jixiao.data.pseudonyms import Pseudonyms, group_names
    from jixiao.data.series import SeriesBlock, series_of
    from jixiao.data.single import judge_cells, single_steps
    from jixiao.data.split import Split, make_split
    from jixiao.data.split_choice import PART
    from jixiao.data.stacking import Stack, stack
    from jixiao.data.synonyms import same_meaning
    from jixiao.data.topics import Topic, find_topics, mentions
    from jixiao.data.values.dates import parse_dates
    from jixiao.data.vocabulary import own_name, plain_name

__all__ = [
    "PART",
    "Checked",
    "FeatureSpec",
    "HeldOut",
    "Inference",
    "Joined",
    "LabelMapping",
    "Limits",
    "Masker",
    "Overrides",
    "Pseudonyms",
    "RawTable",
    "SeriesBlock",
    "Split",
    "Stack",
    "Suspect",
    "Topic",
    "build_examples",
    "check",
    "clean",
    "count_rows",
    "detect_languages",
    "feature_spec",
    "find_leaks",
    "find_topics",
    "group_names",
    "guarded",
    "held_out",
    "indicator_rows",
    "infer",
    "is_url",
    "join_tables",
    "judge_cells",
    "label_suspects",
    "make_split",
    "mask_texts",
    "masker_of",
    "match_columns",
    "match_tables",
    "mentions",
    "name_columns",
    "name_masker",
    "near_duplicate_report",
    "near_duplicates",
    "own_name",
    "own_names",
    "parse_dates",
    "parse_url",
    "plain_name",
    "prose_columns",
    "read_back",
    "read_table",
    "same_meaning",
    "segment",
    "series_of",
    "single_steps",
    "split_sentences",
    "stack",
    "to_scale",
    "unguarded",
]

_HOMES = {
    "examples": ("build_examples",),
    "features": ("FeatureSpec", "feature_spec"),
    "inference": ("Inference", "Overrides", "infer"),
    "join": ("Joined", "join_tables"),
    "kpi": ("indicator_rows",),
    "labels": ("LabelMapping", "to_scale"),
    "language": ("detect_languages", "segment", "split_sentences"),
    "leaks": ("find_leaks",),
    "mask": (
        "Masker",
        "mask_texts",
        "masker_of",
        "name_columns",
        "name_masker",
        "own_names",
        "prose_columns",
    ),
    "single": ("judge_cells", "single_steps"),
    "matching": ("match_columns", "match_tables"),
    "noise": ("Suspect", "label_suspects"),
    "pseudonyms": ("Pseudonyms", "group_names"),
    "series": ("SeriesBlock", "series_of"),
    "split": ("Split", "make_split"),
    "split_choice": ("PART",),
    "stacking": ("Stack", "stack"),
    "synonyms": ("same_meaning",),
    "topics": ("Topic", "find_topics", "mentions"),
    "values.dates": ("parse_dates",),
    "vocabulary": ("own_name", "plain_name"),
}
"""File of this room to the names it hands on; no name may be that of a file."""
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOME_OF:
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
