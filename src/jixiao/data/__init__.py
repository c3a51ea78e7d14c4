"""From source tables to examples: read, clean, check, join, mask, label, split."""

from jixiao.data.check import Checked, check
from jixiao.data.clean import clean, near_duplicate_report, near_duplicates
from jixiao.data.desk import count_rows
from jixiao.data.examples import build_examples
from jixiao.data.feature_spec import FeatureSpec, feature_spec
from jixiao.data.held_out import HeldOut, held_out
from jixiao.data.infer import Inference, Overrides, infer
from jixiao.data.join import Joined, join_tables
from jixiao.data.kpi import indicator_rows
from jixiao.data.labels import LabelMapping, to_scale
from jixiao.data.language import detect_languages, segment, split_sentences
from jixiao.data.leaks import find_leaks
from jixiao.data.mask import mask_texts
from jixiao.data.matching import match_columns, match_tables
from jixiao.data.noise import Suspect, label_suspects
from jixiao.data.quarantine import read_back
from jixiao.data.series import SeriesBlock, series_of
from jixiao.data.sources import Limits, RawTable, read_table
from jixiao.data.split import Split, make_split
from jixiao.data.split_choice import PART
from jixiao.data.stacking import Stack, stack

__all__ = [
    "PART",
    "Checked",
    "FeatureSpec",
    "HeldOut",
    "Inference",
    "Joined",
    "LabelMapping",
    "Limits",
    "Overrides",
    "RawTable",
    "SeriesBlock",
    "Split",
    "Stack",
    "Suspect",
    "build_examples",
    "check",
    "clean",
    "count_rows",
    "detect_languages",
    "feature_spec",
    "find_leaks",
    "held_out",
    "indicator_rows",
    "infer",
    "join_tables",
    "label_suspects",
    "make_split",
    "mask_texts",
    "match_columns",
    "match_tables",
    "near_duplicate_report",
    "near_duplicates",
    "read_back",
    "read_table",
    "segment",
    "series_of",
    "split_sentences",
    "stack",
    "to_scale",
]
