import pytest

from jixiao.gate import flag_wording


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("She is stubborn with colleagues.", "en", "personality"),
        ("She is bossy in meetings.", "en", "gendered"),
        ("He is too old for this tool.", "en", "age"),
        ("Her heavy accent is noticed.", "en", "origin"),
        ("Good job this quarter.", "en", "vague"),
        ("He is an idiot.", "en", "harm"),
        ("他性格内向。", "zh", "personality"),
        ("她是个女汉子。", "zh", "gendered"),
        ("年纪大了，学得慢。", "zh", "age"),
        ("他有口音。", "zh", "origin"),
        ("总体不错，再接再厉。", "zh", "vague"),
        ("他就是个废物。", "zh", "harm"),
    ],
)
def test_each_kind_of_wording_is_flagged_with_a_suggestion(text, language, kind):
    flag = flag_wording(text, language)[0]
    assert flag.kind == kind
    assert text[flag.start : flag.end] == flag.text
    assert flag.suggestion
    assert flag.is_refused == (kind == "harm")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("She closed 23 tickets and wrote the handbook.", "en"),
        ("Sales rose by 12% over the second quarter.", "en"),
        ("她在第三季度完成了3个项目，客户满意度为92.5%。", "zh"),
    ],
)
def test_words_about_work_are_left_alone(text, language):
    assert flag_wording(text, language) == ()


def test_vague_praise_with_a_figure_beside_it_passes():
    assert flag_wording("Good job: 23 tickets closed.", "en") == ()


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("The rating is Poor. Her work was outstanding.", "en", "Poor"),
        ("评级为优秀，但任务未完成，延误两次。", "zh", "优秀"),
    ],
)
def test_a_rating_against_its_text_is_flagged(text, language, word):
    flags = [flag for flag in flag_wording(text, language) if flag.kind == "rating against text"]
    assert [flag.text for flag in flags] == [word]


def test_only_the_kinds_that_are_asked_for_are_looked_for():
    text = "You idiot, she is bossy."
    assert [flag.kind for flag in flag_wording(text, "en")] == ["harm", "gendered"]
    assert [flag.text for flag in flag_wording(text, "en", kinds=("harm",))] == ["idiot"]
