import pytest

from jixiao.gate import verify_text


def failing(text, facts):
    return [(one.text, one.type) for one in verify_text(text, facts).spans if one.fails]


def test_one_group_is_above_another_by_the_whole_measure(shops):
    assert failing("North outsold South .", shops) == []
    assert failing("South outsold North .", shops) == [("outsold", "WORD")]


def test_above_speaks_of_the_part_that_the_clause_names(shops):
    assert failing("South outsold North in the first half .", shops) == []
    assert failing("North outsold South in the first half .", shops) == [("outsold", "WORD")]


def test_next_is_who_follows_in_the_group_with_nobody_between(shops):
    assert failing("Ann Lee had 9 orders . Bo J. Carr was next with 7 orders .", shops) == []
    skipped = failing("Ann Lee had 9 orders . D.J. Fox was next with 5 orders .", shops)
    assert skipped == [("next", "WORD")]


def test_next_is_never_somebody_higher(shops):
    text = "Bo J. Carr had 7 orders . Ann Lee was next with 9 orders ."
    assert failing(text, shops) == [("next", "WORD")]


@pytest.mark.parametrize("word", ["nearly a", "almost a"])
def test_what_nearly_holds_is_not_called_wrong(word, shops):
    assert failing("Guy Poe was a busy seller .", shops) == [("busy seller", "WORD")]
    assert failing(f"Guy Poe was {word} busy seller .", shops) == []


def test_words_on_others_are_passed_over_where_the_subject_is_no_such_one(shops):
    assert failing("Guy Poe was the only other busy seller .", shops) == [("busy seller", "WORD")]
    only = failing("Bo J. Carr was the only other busy seller .", shops)
    assert only == [("only other", "WORD")]
