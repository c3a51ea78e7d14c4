from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from jixiao.contracts import Examples
from jixiao.models.ngrams import Kind, Limits, Vocabulary, keys_of_names, words_of
from jixiao.models.text_features import TextFeatures, TextSettings

ENGLISH = [
    "Good work, steady pace.",
    "Late again; the work isn't good",
    "good WORK   good work",
    "",
    "a",
]
CHINESE = ["工作认真负责，完成了目标", "迟到多次，工作不认真", "目标完成得很好", "好"]
EVERY = Limits(fewest_texts=1)


def examples(**texts: list[str]) -> Examples:
    return Examples(rows=np.arange(len(next(iter(texts.values())))), texts=texts)


def dense(matrix: sparse.csr_matrix) -> np.ndarray:
    return np.asarray(matrix.todense())


@pytest.mark.parametrize(
    ("kind", "sizes", "analyzer"),
    [("chars", (1, 2, 3), "char"), ("chars_in_words", (2, 3, 4, 5), "char_wb")],
)
@pytest.mark.parametrize("texts", [ENGLISH, CHINESE])
def test_character_counts_equal_scikit_learn(
    kind: Kind, sizes: tuple[int, ...], analyzer: str, texts: list[str]
) -> None:
    vocabulary = Vocabulary.fit(texts, kind, sizes=sizes, limits=EVERY)
    ngrams = (sizes[0], sizes[-1])
    plain = [" ".join(text.split()) for text in texts]
    peer = CountVectorizer(analyzer=analyzer, ngram_range=ngrams).fit(plain)
    order = [peer.vocabulary_[name] for name in vocabulary.names]
    assert len(order) == len(peer.vocabulary_)
    assert (dense(vocabulary.count(texts)) == dense(peer.transform(plain))[:, order]).all()


def test_word_counts_equal_scikit_learn() -> None:
    vocabulary = Vocabulary.fit(ENGLISH, "words", sizes=(1, 2), limits=EVERY)
    peer = CountVectorizer(
        analyzer="word", tokenizer=words_of, token_pattern=None, ngram_range=(1, 2)
    )
    peer.fit(ENGLISH)
    order = [peer.vocabulary_[name] for name in vocabulary.names]
    assert len(order) == len(peer.vocabulary_)
    assert (dense(vocabulary.count(ENGLISH)) == dense(peer.transform(ENGLISH))[:, order]).all()


def test_weights_equal_scikit_learn() -> None:
    settings = TextSettings(words=(), chars_en=(), chars_zh=(1, 2), fewest_texts=1)
    features = TextFeatures.fit(examples(review=CHINESE), settings)
    peer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit(CHINESE)
    order = [peer.vocabulary_[name.rsplit("|", 1)[1]] for name in features.names]
    ours = dense(features.transform(examples(review=CHINESE)))
    assert np.allclose(ours, dense(peer.transform(CHINESE))[:, order], atol=1e-6)


def test_chinese_is_segmented_into_words_and_characters() -> None:
    assert "认真负责" in words_of(CHINESE[0]) or "认真" in words_of(CHINESE[0])
    names = TextFeatures.fit(examples(review=CHINESE)).names
    assert "review|words|工作" in names
    assert "review|chars|目标" in names


def test_text_columns_are_kept_apart() -> None:
    features = TextFeatures.fit(examples(pros=["good pay"] * 3, cons=["good luck"] * 3))
    assert {"pros|words|good", "cons|words|good"} <= set(features.names)
    only_pros = features.transform(examples(pros=["good"]))
    used = {features.names[at] for at in only_pros.indices}
    assert used
    assert all(name.startswith("pros|") for name in used)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_reloaded_features_are_the_same_for_any_text(texts: list[str]) -> None:
    features = TextFeatures.fit(examples(review=[*ENGLISH, *CHINESE, *texts]))
    listed, arrays = features.state()
    loaded = TextFeatures.from_state(json.loads(json.dumps(listed)), arrays)
    before, after = (one.transform(examples(review=texts)) for one in (features, loaded))
    assert loaded.names == features.names
    assert abs(before - after).max() <= 1e-6


@given(st.lists(st.text(alphabet="ab 好坏", max_size=12), min_size=1, max_size=6))
def test_a_text_is_weighted_the_same_alone_and_among_others(texts: list[str]) -> None:
    features = TextFeatures.fit(examples(review=[*texts, "ab 好"]))
    together = dense(features.transform(examples(review=texts)))
    alone = [dense(features.transform(examples(review=[text])))[0] for text in texts]
    assert np.allclose(together, alone, atol=1e-6)


def test_missing_columns_and_missing_texts_count_as_empty() -> None:
    features = TextFeatures.fit(examples(review=ENGLISH))
    assert features.transform(Examples(rows=np.arange(2))).nnz == 0
    assert features.transform(examples(review=[None, "zzz qqq"])).nnz == 0  # type: ignore[list-item]


def test_rare_ngrams_go_and_the_most_frequent_stay() -> None:
    texts = ["red blue", "red blue", "red green"]
    kept = Vocabulary.fit(texts, "words", sizes=(1,), limits=Limits(fewest_texts=2))
    assert set(kept.names) == {"red", "blue"}
    most = Vocabulary.fit(texts, "words", sizes=(1,), limits=Limits(1, largest=1))
    assert most.names == ("red",)
    assert most.frequency.tolist() == [1.0]


def test_no_texts_give_no_features() -> None:
    features = TextFeatures.fit(examples(review=["", ""]))
    assert features.width == 0
    assert features.transform(examples(review=["x", "y"])).shape == (2, 0)


def test_hashes_of_names_are_the_hashes_of_counting() -> None:
    vocabulary = Vocabulary.fit(ENGLISH + CHINESE, "words", sizes=(1, 2), limits=EVERY)
    assert (keys_of_names(vocabulary.names, "words") == vocabulary.keys).all()
    assert (np.diff(vocabulary.keys.astype(object)) > 0).all()
