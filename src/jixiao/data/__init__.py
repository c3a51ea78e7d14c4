"""From source tables to examples: read, clean, check, join, mask, label, split."""

from jixiao.data.check import Checked, check
from jixiao.data.clean import clean, near_duplicate_report, near_duplicates
from jixiao.data.examples import build_examples
from jixiao.data.feature_spec import FeatureSpec, feature_spec
from jixiao.data.infer import Inference, Overrides, infer
from jixiao.data.join import Joined, join_tables
from jixiao.data.kpi import indicator_rows
from jixiao.data.labels import LabelMapping, to_scale
from jixiao.data.language import detect_languages, segment, split_sentences
from jixiao.data.leaks import find_leaks
from jixiao.data.mask import Masker, mask_texts, masker_of
from jixiao.data.matching import match_columns, match_tables
from jixiao.data.noise import Suspect, label_suspects
from jixiao.data.pseudonyms import Pseudonyms, group_names
from jixiao.data.quarantine import read_back
from jixiao.data.series import SeriesBlock, series_of
from jixiao.data.sources import Limits, RawTable, read_table
from jixiao.data.split import Split, make_split
from jixiao.data.split_choice import PART

__all__ = [
    "PART",
    "Checked",
    "FeatureSpec",
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
    "Suspect",
    "build_examples",
    "check",
    "clean",
    "detect_languages",
    "feature_spec",
    "find_leaks",
    "group_names",
    "indicator_rows",
    "infer",
    "join_tables",
    "label_suspects",
    "make_split",
    "mask_texts",
    "masker_of",
    "match_columns",
    "match_tables",
    "near_duplicate_report",
    "near_duplicates",
    "read_back",
    "read_table",
    "segment",
    "series_of",
    "split_sentences",
    "to_scale",
]
