import json
from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.unit.data.invented import column, contract

from jixiao.contracts import DataType, Role, Task, TaskKind
from jixiao.core import ModelError
from jixiao.data.examples import build_examples
from jixiao.data.features import FeatureSpec, feature_spec
from jixiao.data.series import SeriesBlock

CONTRACT = contract(
    column("review", Role.ID),
    column("employee", Role.SUBJECT),
    column("manager", Role.RATER),
    column("quarter", Role.PERIOD),
    column("comment", Role.TEXT),
    column("self_review", Role.TEXT),
    column("team", Role.GROUP),
    column("job", Role.CATEGORY),
    column("remote", Role.CATEGORY, DataType.BOOLEAN),
    column("grade", Role.ORDINAL, levels=("junior", "senior", "lead")),
    column("sales", Role.INDICATOR, DataType.NUMBER),
    column("pulse", Role.CONFIDENTIAL, DataType.NUMBER, source="survey"),
    column("goal", Role.GOAL),
    column("done", Role.PROGRESS, DataType.NUMBER),
    column("hired", Role.DATE),
    column("trained", Role.DATE),
    column("sex", Role.PROTECTED),
    column("raise", Role.LEAK, DataType.NUMBER),
    column("bonus", Role.LEAK, DataType.NUMBER, allow_leak=True),
    column("badge", Role.IGNORED),
    column("rating", Role.TARGET),
)
OUTSIDE = [
    *("review", "employee", "manager", "quarter", "sex", "raise", "badge", "goal", "_row"),
]


def table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "_row": [0, 1, 2, 4],
            "review": ["r1", "r2", "r3", "r4"],
            "employee": ["E1", "E1", "E1", "E2"],
            "manager": ["M1", "M1", "M2", "M2"],
            "quarter": ["2025Q1", "2025Q2", "2025Q3", "2025Q1"],
            "comment": ["good work", "工作认真", None, "ok"],
            "self_review": ["done", None, None, "完成得很好，很满意"],
            "team": ["Corp / Sales / North", "Corp/Sales", None, "Corp/IT"],
            "job": ["clerk", None, "cook", "clerk"],
            "remote": [True, False, None, True],
            "grade": ["senior", "Lead", "junior", "unknown"],
            "sales": [1.5, None, 2.0, float("nan")],
            "pulse": [4, 3, None, 5],
            "goal": ["a", "b", "c", "d"],
            "done": [0.5, 1.0, None, 0.0],
            "hired": [date(2020, 1, 1), date(2021, 6, 30), None, date(2022, 2, 2)],
            "trained": [date(2020, 1, 31), None, None, date(2022, 2, 1)],
            "sex": ["f", "m", "f", "m"],
            "raise": [1.0, 2.0, 3.0, 4.0],
            "bonus": [10.0, 20.0, 30.0, 40.0],
            "badge": ["x", "y", "z", "w"],
            "rating": ["3", "4", None, "2"],
        }
    )


def test_columns_become_features_by_their_role():
    examples = build_examples(table(), CONTRACT)
    assert examples.rows.tolist() == [0, 1, 2, 4]
    assert examples.texts == {
        "comment": ["good work", "工作认真", "", "ok"],
        "self_review": ["done", "", "", "完成得很好，很满意"],
    }
    assert examples.languages == ["en", "zh", "", "zh"]
    assert examples.number_names == (
        *("remote", "grade", "sales", "pulse", "done"),
        *("hired:year", "hired:month", "trained:year", "trained:month", "bonus"),
        "hired→trained:days",
    )
    expected = [
        [1, 2, 1.5, 4, 0.5, 2020, 1, 2020, 1, 10, 30],
        [0, 3, np.nan, 3, 1, 2021, 6, np.nan, np.nan, 20, np.nan],
        [np.nan, 1, 2, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 30, np.nan],
        [1, np.nan, np.nan, 5, 0, 2022, 2, 2022, 2, 40, -1],
    ]
    np.testing.assert_array_equal(examples.numbers, np.array(expected))
    assert examples.categories == {
        "team:1": ["Corp", "Corp", None, "Corp"],
        "team:2": ["Sales", "Sales", None, "IT"],
        "team:3": ["North", None, None, None],
        "job": ["clerk", None, "cook", "clerk"],
    }


def test_answers_keys_and_the_rating_before():
    examples = build_examples(table(), CONTRACT)
    assert examples.y is not None
    assert examples.y.tolist() == [2, 3, -1, 1]
    np.testing.assert_array_equal(examples.previous, [np.nan, 3, 4, np.nan])
    assert examples.keys.columns == ["subject", "rater", "group", "period", "protected:sex"]
    assert examples.keys["period"].to_list()[:2] == [date(2025, 1, 1), date(2025, 4, 1)]


def test_ids_people_periods_protected_and_leaks_never_change_a_feature():
    frame = table()
    plain = build_examples(frame, CONTRACT)
    changes = {name: frame[name].reverse() for name in OUTSIDE}
    shuffled = build_examples(frame.with_columns(**changes), CONTRACT)
    renamed_columns = tuple(
        c.model_copy(update={"name": f"other {c.name}"}) if c.name in OUTSIDE else c
        for c in CONTRACT.columns
    )
    renamed = build_examples(
        frame.rename({name: f"other {name}" for name in OUTSIDE if name != "_row"}),
        CONTRACT.model_copy(update={"columns": renamed_columns}),
    )
    for other in (shuffled, renamed):
        assert other.texts == plain.texts
        assert other.categories == plain.categories
        assert other.number_names == plain.number_names
        np.testing.assert_array_equal(other.numbers, plain.numbers)
        assert other.languages == plain.languages
    used = {*plain.texts, *plain.number_names, *plain.categories}
    assert not {name for name in used for outside in OUTSIDE if name.startswith(outside)}


def test_a_scored_file_that_lacks_columns_gives_the_same_inputs_as_missing():
    spec = FeatureSpec.from_json(json.loads(json.dumps(feature_spec(table(), CONTRACT).to_json())))
    full = build_examples(table(), CONTRACT, spec=spec)
    lacking = table().drop("comment", "job", "sales", "trained", "team", "rating")
    scored = build_examples(lacking, CONTRACT, spec=spec)
    assert scored.number_names == full.number_names
    assert list(scored.texts) == list(full.texts)
    assert list(scored.categories) == list(full.categories)
    assert scored.texts["comment"] == [""] * 4
    assert scored.categories["job"] == [None] * 4
    assert scored.categories["team:2"] == [None] * 4
    assert np.isnan(scored.numbers[:, list(full.number_names).index("sales")]).all()
    assert np.isnan(scored.numbers[:, list(full.number_names).index("hired→trained:days")]).all()
    assert scored.y is None
    assert scored.previous is None


def test_series_keep_the_order_of_the_saved_model():
    values = np.arange(4 * 3 * 2, dtype=np.float32).reshape(4, 3, 2)
    block = SeriesBlock(values, ("calls", "sales"), ("-2", "-1", "0"))
    spec = feature_spec(table(), CONTRACT, series=block)
    assert "sales" not in [number.name for number in spec.numbers]
    turned = SeriesBlock(values[:, :, ::-1], ("sales", "calls"), ("-2", "-1", "0"))
    examples = build_examples(table(), CONTRACT, series=turned, spec=spec)
    assert examples.series_names == ("calls", "sales")
    np.testing.assert_array_equal(examples.series, values)
    without = build_examples(table(), CONTRACT, spec=spec)
    assert without.series is not None
    assert without.series.shape == (4, 1, 2)
    assert np.isnan(without.series).all()


def test_no_row_is_dropped_when_everything_is_missing():
    frame = table().with_columns(pl.lit(None).alias(name) for name in ("comment", "self_review"))
    examples = build_examples(frame, CONTRACT)
    assert len(examples) == 4
    assert examples.languages == [""] * 4


@pytest.mark.parametrize(
    ("task", "values", "expected"),
    [
        (Task(kind=TaskKind.CLASS, target="rating", classes=("no", "yes")), ["yes", "No"], [1, 0]),
        (Task(kind=TaskKind.NUMBER, target="rating"), [1.5, None], [1.5, np.nan]),
        (
            Task(kind=TaskKind.CLASSES, target="rating", classes=("a", "b")),
            ["a b", "b"],
            [[1, 1], [0, 1]],
        ),
    ],
)
def test_answers_of_other_tasks(task, values, expected):
    frame = pl.DataFrame({"x": [1.0, 2.0], "rating": values})
    made = contract(column("x", Role.NUMBER), column("rating", Role.TARGET), task=task)
    np.testing.assert_array_equal(build_examples(frame, made).y, np.array(expected))


def test_a_damaged_specification_is_refused():
    with pytest.raises(ModelError) as caught:
        FeatureSpec.from_json({"texts": []})
    assert "features of the saved model: expected texts, numbers, categories" in str(caught.value)
