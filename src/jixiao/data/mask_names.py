"""Finds the people of a roster in a text, in English and Chinese, by one compiled pattern each.

A name that is also a word ("Will", "Grace", 高兴) counts as a person only with evidence around it
or in the review of that very person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from jixiao.data.mask_patterns import Span
from jixiao.data.mask_roster import Roster, han_surname
from jixiao.data.mask_words import (
    EN_MONTHS,
    EN_TITLES,
    EN_WORDS,
    ZH_AFTER_PERSON,
    ZH_BEFORE_PERSON,
    ZH_DOUBLE_SURNAMES,
    ZH_GENDERED,
    ZH_NAMES_IN_WORDS,
    ZH_SURNAMES,
    ZH_SURNAMES_IN_WORDS,
    ZH_TITLE_BREAKS,
    ZH_TITLES,
)

_LATIN = r"A-Za-z\u00c0-\u024f"
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n。！？：；•])[\s\"'“”‘’(\[\-–—*]*$")
_ACTS = re.compile(
    r"(?:['’]s)?,?\s+(?:is|was|has|had|does|did|can|could|should|would|may|might|must|shall|needs?"
    r"|and [A-Z]|never|always|often|also|really|very|(?!this\b|his\b|its\b|us\b|yes\b|as\b)"
    r"[a-z]+(?:ed|es|[^s]s)\b)|['’]s\b|\s*:"
)
_DAY = re.compile(r"\s+\d")
_WHEN = re.compile(
    r"\b(?:in|on|since|until|by|of|during|last|next|this|from|to|for|every|early|late|mid)\s+$",
    re.IGNORECASE,
)
_TITLED = re.compile(
    rf"\b{EN_TITLES}\.?\s+(?P<last>[A-Z][\w'’\-]+(?:\s+(?:[A-Z]\.\s+)?[A-Z][\w'’\-]+)?)"
)
_TITLE_BEFORE = re.compile(rf"\b{EN_TITLES}\.?\s+$")
_SUFFIX_AFTER = re.compile(r",?\s(?:Jr|Sr|II|III|IV|MD|DDS|PhD|Ph\.D|CPA|MBA|Esq)\b\.?")
_BLANKS = re.compile(r"\s+")
_HAS_LATIN = re.compile("[A-Za-z]")
_HAS_HAN = re.compile("[\u3400-\u9fff]")
_WINDOW = 8
_FREQUENT = 150
_LONGEST_FIRST = sorted(ZH_TITLES, key=len, reverse=True)
_ZH_SURNAME = "|".join([*sorted(ZH_DOUBLE_SURNAMES), f"[{''.join(sorted(ZH_SURNAMES))}]"])
_ZH_TITLE_NEXT = re.compile(rf"(?:{'|'.join(_LONGEST_FIRST)})(?!作)")
_ZH_SURE_AFTER = re.compile(r"[、与跟和及同]|(?:在|的(?:工作|表现|业绩|能力|态度|绩效|团队))")
_PLAIN_SURNAME = "".join(sorted(ZH_SURNAMES - ZH_SURNAMES_IN_WORDS))
_LONG_TITLES = "|".join(title for title in _LONGEST_FIRST if len(title) > 1)
_ZH_STRANGER = re.compile(rf"(?P<v>[{_PLAIN_SURNAME}][\u4e00-\u9fff]{{1,2}})(?={_LONG_TITLES})")
_ZH_TITLED = re.compile(rf"(?P<v>{_ZH_SURNAME})(?P<t>{'|'.join(_LONGEST_FIRST)})")


def trie_pattern(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, longest first, with shared prefixes.

    Examples:
        >>> trie_pattern(["ann", "anna", "bob"])
        '(?:ann(?:a)?|bob)'
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _alternatives(root)


def _any_blank(pattern: str) -> str:
    """Return a pattern whose blanks also match line breaks and several blanks."""
    return pattern.replace(r"\ ", r"\s+")


def _alternatives(node: dict[str, Any]) -> str:
    branches = []
    for character in sorted(key for key in node if key):
        text, child = character, node[character]
        while len(child) == 1 and "" not in child:
            (following, child), *_ = child.items()
            text += following
        branches.append(re.escape(text) + (_alternatives(child) if child != {"": {}} else ""))
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + ("?" if "" in node else "")


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import rjieba

    return rjieba.Jieba()


def _lower(text: str) -> str:
    """Return a lower-case copy of the same length."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class NameFinder:
    """Finds people in texts.

    Args:
        roster: Who may be met.
    """

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        latin = [*roster.latin, *roster.latin_single, *roster.codes]
        self._latin = (
            re.compile(rf"(?<![{_LATIN}\d_]){_any_blank(trie_pattern(latin))}(?![{_LATIN}\d_])")
            if latin
            else None
        )
        han = [*roster.han, *roster.han_given]
        self._han = re.compile(trie_pattern(han)) if han else None
        surnames = "|".join(sorted(roster.surnames, key=len, reverse=True))
        self._nickname = re.compile(rf"[小老阿](?P<v>{surnames})") if surnames else None

    def find(self, text: str, own: frozenset[str] = frozenset()) -> Iterator[Span]:
        """Yield the people of a text; spans may overlap.

        Args:
            text: Text with half-width digits and letters.
            own: Person keys of the text's own record, such as the reviewed employee.
        """
        if _HAS_LATIN.search(text):
            if self._latin is not None:
                yield from self._latin_names(text, own)
            yield from self._titled(text)
        if _HAS_HAN.search(text):
            if self._han is not None:
                yield from self._han_names(text, own)
            yield from self._han_titled(text)

    def _latin_names(self, text: str, own: frozenset[str]) -> Iterator[Span]:
        assert self._latin is not None
        for found in self._latin.finditer(_lower(text)):
            word, (start, end) = _BLANKS.sub(" ", found[0]), found.span()
            if word in self.roster.latin:
                persons = self.roster.latin[word]
                accepted = _is_written_as_name(text[start:end], word)
            elif word in self.roster.latin_single:
                persons = self.roster.latin_single[word]
                accepted = self._is_single(text, found, is_own=bool(persons & own))
            else:
                yield Span(start, end, "ID")
                continue
            if accepted:
                suffix = _SUFFIX_AFTER.match(text, end)
                end = suffix.end() if suffix else end
                yield Span(start, end, "PERSON", _one(persons, own) or word)

    def _is_single(self, text: str, found: re.Match[str], *, is_own: bool) -> bool:
        """Return whether a first or last name by itself means a person here."""
        word, (start, end) = found[0], found.span()
        is_capital = text[start].isupper()
        if word not in EN_WORDS:
            return is_capital or len(word) >= 4 or (is_own and len(word) >= 3)
        before = text[max(0, start - 40) : start]
        if not is_capital:
            opens = is_own and _SENTENCE_START.search(before)
            return bool(opens and _ACTS.match(text, end))
        if _TITLE_BEFORE.search(before):
            return True
        if word in EN_MONTHS and (_DAY.match(text, end) or _WHEN.search(before)):
            return False
        if is_own or not _SENTENCE_START.search(before):
            return not text[start:end].isupper() or len(word) < 2 or is_own
        return bool(_ACTS.match(text, end))

    def _titled(self, text: str) -> Iterator[Span]:
        """Yield "Mr Smith" and "Dr. Jane Lee", on the roster or not; the title tells the gender."""
        for found in _TITLED.finditer(text):
            last = found["last"].split()[-1].lower()
            persons = self.roster.latin_single.get(last, set())
            yield Span(*found.span(), "PERSON", _one(persons) or last)

    def _han_names(self, text: str, own: frozenset[str]) -> Iterator[Span]:
        assert self._han is not None
        for found in self._han.finditer(text):
            word, (start, end) = found[0], found.span()
            is_full = word in self.roster.han
            if not is_full and _is_surname(text[start - 1 : start]):
                yield Span(start - 1, end, "PERSON", text[start - 1 : end])
                continue
            persons = self.roster.han[word] if is_full else self.roster.han_given[word]
            if self._is_han_person(text, found, is_own=bool(persons & own)):
                yield Span(start, end, "PERSON", _one(persons, own) or word)
        if self._nickname is not None:
            for found in self._nickname.finditer(text):
                if not _inside_word(text, *found.span()):
                    yield Span(*found.span(), "PERSON", self._by_surname(found["v"], own))

    def _is_han_person(self, text: str, found: re.Match[str], *, is_own: bool) -> bool:
        word, (start, end) = found[0], found.span()
        is_full = word in self.roster.han
        before, after = text[start - 1 : start], text[end : end + 1]
        opens = not before or before in ZH_BEFORE_PERSON
        if is_own and opens and word not in ZH_NAMES_IN_WORDS:
            return True
        if len(word) != 2 or not _is_word(word):
            risky = len(word) == 2 and (word[0] in ZH_SURNAMES_IN_WORDS or not is_full)
            return not (risky and _inside_word(text, start, end))
        if _ZH_TITLE_NEXT.match(text, end):
            return True
        if is_own:
            return opens and (not after or after in ZH_AFTER_PERSON)
        return opens and is_full and bool(_ZH_SURE_AFTER.match(text, end))

    def _han_titled(self, text: str) -> Iterator[Span]:
        """Yield the surname of 王经理, 李总, 张工: of the roster, or any unmistakable one."""
        for found in _ZH_TITLED.finditer(text):
            surname, title, (start, end) = found["v"], found["t"], found.span("v")
            known = surname in self.roster.surnames
            if surname in ZH_SURNAMES_IN_WORDS:
                breaks = ZH_TITLE_BREAKS.get(title, "")
                if text[found.end() : found.end() + 1] in tuple(breaks):
                    continue
                if not known or _inside_word(text, start, found.end()):
                    continue
            elif not known and len(title) < 2:
                continue
            end = found.end() if title in ZH_GENDERED else end
            yield Span(start, end, "PERSON", self._by_surname(surname, frozenset()))
        for found in _ZH_STRANGER.finditer(text):
            if _is_stranger(found["v"]):
                yield Span(*found.span("v"), "PERSON", found["v"])

    def _by_surname(self, surname: str, own: frozenset[str]) -> str:
        """Return the one person of the roster with a surname, or the surname itself."""
        named = {name for name in own if han_surname(name) == surname}
        return _one(named) or surname


def _is_written_as_name(surface: str, word: str) -> bool:
    """Return whether several words are a name: "will long" in small letters is none."""
    if any(character.isupper() for character in surface):
        return True
    parts = {part for part in re.findall(r"[^\W\d_]+", word) if len(part) > 1}
    return len(parts) > 1 and not parts <= EN_WORDS


def _one(persons: set[str] | frozenset[str], own: frozenset[str] = frozenset()) -> str:
    """Return the one person a name can mean, the text's own people first; nothing for several."""
    mine = persons & own or persons
    return next(iter(mine)) if len(mine) == 1 else ""


@lru_cache(maxsize=20_000)
def _is_word(word: str) -> bool:
    """Return whether a name of two characters is an everyday word."""
    if word in ZH_NAMES_IN_WORDS:
        return True
    jieba = _jieba()
    if not jieba.has_word(word) or jieba.suggest_freq(word) < _FREQUENT:
        return False
    return not str(jieba.tag(word)[0][1]).startswith(("nr", "ns", "nt", "nz"))


def _tokens(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = max(0, start - _WINDOW)
    for _, begin, stop in _jieba().tokenize(text[left : end + _WINDOW], hmm=False):
        yield left + begin, left + stop


def _inside_word(text: str, start: int, end: int) -> bool:
    """Return whether a word of the dictionary reaches over an edge of a hit."""
    for begin, stop in _tokens(text, start, end):
        if begin < start < stop or begin < end < stop:
            return True
    return False


def _is_surname(character: str) -> bool:
    """Return whether a character is a surname that is hardly ever part of another word."""
    return character in ZH_SURNAMES and character not in ZH_SURNAMES_IN_WORDS


@lru_cache(maxsize=20_000)
def _is_stranger(name: str) -> bool:
    """Return whether the segmenter takes two or three characters for one person's name."""
    tags = _jieba().tag(name)
    return len(tags) == 1 and str(tags[0][1]).startswith("nr") and not _is_word(name)
