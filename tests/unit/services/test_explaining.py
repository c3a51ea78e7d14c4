from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jixiao.services import RowScore, explained, with_variants
from jixiao.services.explaining import MOST_PARTS

_SENTENCES = st.lists(
    st.sampled_from(["Good work.", "全部按时完成。", "Late again!", "ok"]), max_size=80
)
_ROWS = st.fixed_dictionaries(
    {
        "note": _SENTENCES.map(" ".join),
        "more": st.one_of(st.none(), st.just(""), _SENTENCES.map("".join)),
        "hours": st.one_of(st.none(), st.integers(0, 9)),
        "id": st.text(max_size=3),
    }
)
READ = frozenset({"note", "more", "hours"})


def score_of(row: Mapping[str, Any]) -> RowScore:
    """A model that counts words and adds hours, and says nothing about empty rows."""
    words = len(f"{row['note'] or ''} {row['more'] or ''}".split())
    if not words and row["hours"] is None:
        return RowScore("not_scored", reason="empty")
    return RowScore("scored", float(words + (row["hours"] or 0)))


@given(st.lists(_ROWS, min_size=1, max_size=4))
def test_an_effect_is_the_answer_less_the_answer_without_the_part(
    rows: list[dict[str, Any]],
) -> None:
    sent = with_variants(rows, read=READ)
    found = explained(rows, [score_of(row) for row in sent], read=READ)
    assert len(sent) == len(rows) + sum(
        len(one.parts) for one in found if one.score.status == "scored"
    )
    for row, one in zip(rows, found, strict=True):
        assert one.score == score_of(row)
        assert len(one.parts) <= MOST_PARTS
        for part in one.parts:
            value = str(row[part.column])
            left = value[: part.start] + " " + value[part.end :]
            without = score_of({**row, part.column: (left.strip() and left) or None})
            if part.column == "hours":
                without = score_of({**row, "hours": None})
            whole = one.score.score
            assert isinstance(whole, float)
            if without.status == "not_scored":
                assert part.effect is None
            else:
                assert isinstance(without.score, float)
                assert part.effect == whole - without.score


def test_the_effects_on_a_class_are_about_the_class_that_was_answered() -> None:
    row = {"note": "Refund please. Thank you."}
    sent = with_variants([row], read={"note"})
    assert [one["note"] for one in sent] == [row["note"], "Thank you.", "Refund please."]
    shares = ((0.9, 0.1), (0.2, 0.8), (0.85, 0.15))
    scores = [
        RowScore("scored", "refund" if a > b else "thanks", None, {"refund": a, "thanks": b})
        for a, b in shares
    ]
    (found,) = explained([row], scores, read={"note"})
    assert (found.unit, found.about) == ("probability", "refund")
    assert [round(part.effect or 0, 6) for part in found.parts] == [0.7, 0.05]


def test_columns_that_the_model_does_not_read_are_not_left_out() -> None:
    assert with_variants([{"id": "E1", "note": None}], read={"note"}) == [
        {"id": "E1", "note": None}
    ]
