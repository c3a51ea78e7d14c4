"""The review grammar: variety, tone, names, and nothing that belittles a person."""

from __future__ import annotations

import re

import numpy as np
import pytest

from jixiao.solutions.company.grammar import TONES, ReviewWriter, Topic, phrases

INSULTS = re.compile(
    r"lazy|stupid|useless|incompeten|idiot|hopeless|worthless|懒|笨|愚|废物|无能|没用|差劲", re.I
)


def topic(seen: float = 0.0, late: float = 0.0) -> Topic:
    return Topic(seen, "Zed", ("Ann", "Bo"), (0, 1, 2), late, ("hr@example.com", "13800000000"))


def strings(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    return [text for part in values for text in strings(part)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_grammar_writes_tens_of_thousands_of_different_sentences(language) -> None:
    writer = ReviewWriter(language, np.random.default_rng(0), spread=1.5)
    sentences: set[str] = set()
    for _ in range(8_000):
        sentences |= set(re.split(r"(?<=[。！.])\s*", writer.write(topic())))
    assert len(sentences) > 20_000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_phrase_belittles_a_person(language) -> None:
    assert [text for text in strings(phrases(language)) if INSULTS.search(text)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_slot_is_filled(language) -> None:
    writer = ReviewWriter(language, np.random.default_rng(1), spread=1.0)
    texts = [writer.write(topic(late=0.3)) for _ in range(500)]
    texts += [writer.goal(topic()) for _ in range(100)]
    assert not any("{" in text or "}" in text or "  " in text for text in texts)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages_have_the_same_shape(language) -> None:
    behaviours = phrases(language)["behaviours"]
    assert list(behaviours) == list(phrases("en")["behaviours"])
    assert all(tuple(tones) == TONES[::-1] for tones in behaviours.values())
    assert all(len(clauses) >= 5 for tones in behaviours.values() for clauses in tones.values())


def test_what_the_rater_saw_decides_the_tone() -> None:
    known = phrases("en")["behaviours"]
    starts = {
        tone: [clause.split("{")[0] for behaviour in known.values() for clause in behaviour[tone]]
        for tone in ("low", "high")
    }
    clauses = {t: [re.escape(s) for s in listed if len(s) > 20] for t, listed in starts.items()}
    writer = ReviewWriter("en", np.random.default_rng(2), spread=0.4)
    for seen, more, fewer in ((2.0, "high", "low"), (-2.0, "low", "high")):
        text = " ".join(writer.write(topic(seen)) for _ in range(100))
        found = {tone: len(re.findall("|".join(clauses[tone]), text)) for tone in clauses}
        assert found[more] > 10 * max(1, found[fewer])


def test_new_wordings_appear_only_when_asked_for() -> None:
    writer = ReviewWriter("en", np.random.default_rng(3), spread=1.0)
    before = " ".join(writer.write(topic()) for _ in range(200))
    after = " ".join(writer.write(topic(late=0.4)) for _ in range(200))
    assert "OKR check-in" not in before
    assert "OKR check-in" in after


def test_slips_of_the_hand_spare_names_and_addresses() -> None:
    writer = ReviewWriter("en", np.random.default_rng(4), spread=1.0)
    texts = [writer._mistype("Harriet wrote to hr.e0001@example.com quickly") for _ in range(50)]
    assert all("Harriet" in text and "hr.e0001@example.com" in text for text in texts)
    assert any("quickly" not in text for text in texts)
