"""The roster: which values are names of people, and the ways in which each may be written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from jixiao.contracts import Column, Contract, MaskSettings, Role
from jixiao.core.errors import ContractError
from jixiao.data.mask_words import (
    EN_FIRST_NAMES,
    EN_NO_PERSON,
    ZH_DOUBLE_SURNAMES,
    ZH_NO_PERSON,
    ZH_SURNAMES,
)
from jixiao.data.vocabulary import PERSON_NAME, RATER, plain_name

_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_HAN_DOTTED = re.compile(r"[\u3400-\u9fff]{1,12}(?:[·•・.][\u3400-\u9fff]{1,12})+")
_LETTERS = r"[^\W\d_][^\W\d_'’.\-]*(?:['’\-][^\W\d_]+)*\.?"
_LATIN_NAME = re.compile(rf"{_LETTERS}(?:,? +{_LETTERS}){{0,4}}")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9\-_/]{3,23}")
_HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir)\.?\s+", re.IGNORECASE)
_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv|phd|md|mba|cpa)\.?$", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(（\[【].*?[)）\]】]")
_PEOPLE = {Role.ID, Role.SUBJECT, Role.RATER}
_NAMED = {Role.ID, Role.SUBJECT, Role.RATER, Role.IGNORED, Role.PROTECTED, Role.CATEGORY, Role.LEAK}
_EVIDENCE = 0.15
_SAMPLE = 2_000
_NO_INITIALS = {"us", "uk", "am", "pm", "eg", "ie", "id", "no", "vs", "phd", "ba", "ma"}


@dataclass
class Roster:
    """Every way a person of the roster may be written, with the persons it may mean.

    Attributes:
        latin: Lower-case spelling of several words to person keys.
        latin_single: Lower-case first or last name to person keys.
        han: Full name, or a part of a dotted one, to person keys.
        han_given: Given name of two or more characters to person keys.
        surnames: Chinese surnames on the roster.
        codes: Employee numbers and the like, in lower case.
    """

    latin: dict[str, set[str]] = field(default_factory=dict)
    latin_single: dict[str, set[str]] = field(default_factory=dict)
    han: dict[str, set[str]] = field(default_factory=dict)
    han_given: dict[str, set[str]] = field(default_factory=dict)
    surnames: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, names: Iterable[str], codes: Iterable[str] = ()) -> Roster:
        """Return a roster of values that are known to be names, and of codes."""
        roster = cls()
        for name in sorted({tidy_name(name) for name in names} - {""}):
            roster.add(name)
        roster.codes = {code.strip().lower() for code in codes}
        return roster

    def add(self, name: str) -> None:
        """Add the ways of writing one tidy name."""
        if _HAN_NAME.fullmatch(name) or _HAN_DOTTED.fullmatch(name):
            self._add_han(name)
        else:
            self._add_latin(name)

    def _add_han(self, name: str) -> None:
        self.han.setdefault(name, set()).add(name)
        if "·" in name:
            for part in name.split("·"):
                if len(part) > 1:
                    self.han.setdefault(part, set()).add(name)
            return
        surname = han_surname(name)
        if surname:
            self.surnames.add(surname)
            given = name[len(surname) :]
            if len(given) > 1:
                self.han_given.setdefault(given, set()).add(name)

    def _add_latin(self, name: str) -> None:
        for spelled in {name, _without_accents(name)}:
            tokens = _latin_tokens(spelled)
            if not tokens:
                continue
            for form in _latin_forms(tokens):
                self.latin.setdefault(form, set()).add(name)
            for single in {tokens[0], tokens[-1], *_hyphen_parts(tokens)}:
                if len(single) > 1:
                    self.latin_single.setdefault(single, set()).add(name)


def tidy_name(value: str) -> str:
    """Return a name without notes, titles and suffixes, dots between Chinese parts made alike."""
    plain = _NOTE.sub("", unicodedata.normalize("NFKC", value)).strip()
    plain = _SUFFIX.sub("", _HONORIFIC.sub("", plain))
    if re.search(r"[\u3400-\u9fff]", plain):
        plain = re.sub(r"[•・.]", "·", re.sub(r"\s+", "", plain))
    return re.sub(r"\s+", " ", plain).strip(" ,;")


def _latin_tokens(name: str) -> list[str]:
    """Return lower-case parts in the order first … last; "Last, First" is turned round."""
    if "," in name:
        last, _, first = name.partition(",")
        name = f"{first} {last}"
    return [token.strip(".").lower() for token in name.split() if token.strip(".-'’")]


def _hyphen_parts(tokens: Sequence[str]) -> list[str]:
    parts = [part for token in (tokens[0], tokens[-1]) for part in token.split("-")]
    return [part for part in parts if len(part) > 2]


def _latin_forms(tokens: list[str]) -> set[str]:
    """Return the spellings of several words: "a b", "b, a", "a. b", "a b.", "a x b", "a.b."."""
    if len(tokens) < 2:
        return set()
    first, last, middle = tokens[0], tokens[-1], tokens[1:-1]
    forms = {" ".join(tokens), f"{first} {last}", f"{last}, {first}", f"{last} {first}"}
    forms |= {f"{first[0]}. {last}", f"{first[0]}.{last}", f"{first} {last[0]}."}
    for between in middle:
        forms |= {f"{first} {between} {last}", f"{first} {between[0]}. {last}"}
        forms |= {f"{first} {between[0]} {last}", f"{last}, {first} {between}"}
        forms |= {f"{last}, {first} {between[0]}", f"{first} {between}"}
    initials = "".join(token[0] for token in tokens)
    for letters in {initials, first[0] + last[0]} - _NO_INITIALS:
        forms |= {".".join(letters) + ".", ". ".join(letters) + "."}
    return forms


def _without_accents(name: str) -> str:
    plain = name.translate(str.maketrans("łŁøØđĐß", "lLoOdDs"))
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def han_surname(name: str) -> str:
    """Return the surname of a Chinese name of two to four characters; ``""`` if it has none."""
    if len(name) > 2 and name[:2] in ZH_DOUBLE_SURNAMES:
        return name[:2]
    return name[0] if len(name) <= 4 and name[0] in ZH_SURNAMES else ""


def looks_like_name(value: str) -> bool:
    """Return whether a value has the shape of a full name of a person."""
    name = tidy_name(value)
    if _HAN_DOTTED.fullmatch(name):
        return True
    if _HAN_NAME.fullmatch(name):
        surname = han_surname(name)
        fits = len(name) - len(surname) <= 2
        return bool(surname) and fits and not ZH_NO_PERSON.search(name)
    if len(name) > 60 or not _LATIN_NAME.fullmatch(name):
        return False
    tokens = _latin_tokens(name)
    return 2 <= len(tokens) <= 4 and name[0].isupper() and not EN_NO_PERSON & set(tokens)


def are_names(values: Sequence[str]) -> bool:
    """Return whether a set of values is made of people's names rather than of products or jobs.

    Chinese names are known by their surname; of Latin ones, enough must hold a frequent given
    name.
    """
    shaped = [value for value in values if looks_like_name(value)]
    if not shaped or len(shaped) < 0.3 * len(values):
        return False
    known = sum(_has_known_part(tidy_name(value)) for value in shaped)
    return known >= max(1.0, _EVIDENCE * len(shaped))


def _has_known_part(name: str) -> bool:
    if re.search(r"[\u3400-\u9fff]", name):
        return True
    return bool(EN_FIRST_NAMES & set(_latin_tokens(name)))


def is_code(value: str) -> bool:
    """Return whether a value is a number or code that stands for one person or record."""
    return bool(_CODE.fullmatch(value)) and (len(value) > 4 or not value.isdigit())


@dataclass(frozen=True)
class PeopleColumn:
    """A column that holds names or codes of people."""

    name: str
    is_names: bool
    values: tuple[str, ...]


def people_columns(
    frame: pl.DataFrame, contract: Contract, settings: MaskSettings
) -> list[PeopleColumn]:
    """Return the columns of a table that hold people's names or codes.

    Args:
        frame: Records with their id, subject and rater columns.
        contract: Says what columns are for.
        settings: Columns named by hand come first.

    Raises:
        ContractError: If a column named by hand is not in the contract.
    """
    known = {column.name for column in contract.columns}
    unknown = [name for name in settings.roster_columns if name not in known | set(frame.columns)]
    if unknown:
        raise ContractError(
            "JX-E124.roster",
            "mask.roster_columns",
            expected=f"columns of the contract: {', '.join(sorted(known))}",
            got=", ".join(unknown),
            hint="name the columns that hold people's names",
        )
    found = []
    for column in contract.columns:
        if column.name not in frame.columns:
            continue
        named = column.name in settings.roster_columns
        if named or (column.role in _NAMED and not settings.roster_columns):
            people = _people(column, frame[column.name], named=named)
            found += [people] if people else []
    return found


def _people(column: Column, values: pl.Series, *, named: bool) -> PeopleColumn | None:
    if values.dtype not in (pl.String, pl.Categorical):
        return None
    unique = values.cast(pl.String).drop_nulls().unique().sort()
    sample = unique.gather_every(max(1, len(unique) // _SAMPLE)).to_list()
    if named or _is_titled(column, sample):
        return PeopleColumn(column.name, True, tuple(unique.to_list()))
    if column.role not in _PEOPLE:
        return None
    if are_names(sample):
        shaped = filter(looks_like_name, unique.to_list())
        return PeopleColumn(column.name, True, tuple(shaped))
    is_coded = sum(map(is_code, sample)) > len(sample) / 2
    if column.role is Role.ID or not is_coded:
        return None
    return PeopleColumn(column.name, False, tuple(filter(is_code, unique.to_list())))


def _is_titled(column: Column, values: Sequence[str]) -> bool:
    """Return whether the column's own name says that it holds people's names, and it may.

    Outside id, subject and rater columns the values must bear it out: a time zone of a user is
    no person.
    """
    plain = plain_name(column.name)
    says = PERSON_NAME.search(plain) or (RATER.search(plain) and "id" not in plain.split())
    if not says or not any(map(looks_like_name, values)):
        return False
    return column.role in _PEOPLE or are_names(values)
