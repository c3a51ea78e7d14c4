import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.data.checking import inferred, raw_table, staff

from jixiao.contracts import FEATURES, DataType, Role, Table, TaskKind
from jixiao.core import ContractError, ManyErrors
from jixiao.data.inference import infer
from jixiao.data.overrides import Overrides


def roles(guess):
    return {column.name: column.role for column in guess.contract.columns}


def test_every_column_of_a_staff_table_gets_its_role_and_a_reason():
    guess = inferred(staff())
    assert roles(guess) == {
        "emp_id": Role.SUBJECT,
        "department": Role.GROUP,
        "gender": Role.PROTECTED,
        "age": Role.PROTECTED,
        "salary": Role.NUMBER,
        "sick_days": Role.NUMBER,
        "start_date": Role.DATE,
        "end_date": Role.DATE,
        "comment": Role.TEXT,
        "rating": Role.TARGET,
    }
    assert all(guess.reasons[name] for name in roles(guess))
    assert guess.contract.task.levels == ("1", "2", "3", "4", "5")


def test_chinese_names_are_known_too():
    frame = staff().rename(
        {
            "emp_id": "工号", "department": "部门", "gender": "性别", "age": "年龄",
            "salary": "基本工资", "start_date": "入职日期", "end_date": "离职日期",
            "comment": "上级评语", "rating": "绩效等级", "sick_days": "病假天数",
        }
    )  # fmt: skip
    words = {"1": "不合格", "2": "待改进", "3": "合格", "4": "良好", "5": "优秀"}
    frame = frame.with_columns(
        pl.col("绩效等级").replace_strict(words),
        pl.Series("直属上级", ["王芳", "李强", "赵敏", "陈杰"] * 50),
        pl.Series("考核周期", ["2025年第一季度", "2025年第二季度"] * 100),
        pl.Series("民族", ["汉族", "回族", "汉族", "壮族"] * 50),
    )
    guess = inferred(frame)
    found = roles(guess)
    assert found["工号"] is Role.SUBJECT
    assert found["部门"] is Role.GROUP
    assert {found[name] for name in ("性别", "年龄", "民族")} == {Role.PROTECTED}
    assert found["上级评语"] is Role.TEXT
    assert found["直属上级"] is Role.RATER
    assert found["考核周期"] is Role.PERIOD
    assert guess.contract.task.target == "绩效等级"
    assert guess.contract.task.levels == ("不合格", "待改进", "合格", "良好", "优秀")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("", [str(n) for n in range(200)]),
        ("row_no", [str(n) for n in range(1, 201)]),
        ("id", [str(n) for n in range(5, 205)]),
        ("batch", [str(n) for n in range(900, 1100)]),
        ("ref", [f"{n * 7919 % 99991:05d}" for n in range(200)]),
        ("token", [f"x{n * 7919 % 99991:05d}" for n in range(200)]),
        ("tweet_id", [f"{5.7 + n * 1e-5:.5f}E+17" for n in range(200)]),
        ("constant", ["same"] * 200),
        ("email", [f"p{n}@firm.example" for n in range(200)]),
        ("full_name", [f"Person {n % 150} Invented" for n in range(200)]),
    ],
)
def test_what_identifies_a_row_is_never_a_feature(name, values):
    guess = inferred(staff().with_columns(pl.Series(name, values)))
    column = guess.contract.column(name)
    assert column.role not in FEATURES, guess.reasons[name]


@given(st.permutations(list(range(10))))
@settings(max_examples=10, deadline=None)
def test_the_order_of_columns_does_not_change_roles(order):
    frame = staff(60)
    shuffled = frame.select([frame.columns[at] for at in order])
    assert roles(inferred(shuffled)) == roles(inferred(frame))


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_does_not_change_the_contract(random):
    frame = staff(60)
    order = list(range(60))
    random.shuffle(order)
    assert inferred(frame[order]).contract == inferred(frame).contract


def test_options_override_guesses():
    guess = inferred(
        staff(), target="salary", task="number", ignore=("sick_days",), protected=("department",)
    )
    assert guess.contract.task.kind is TaskKind.NUMBER
    assert roles(guess)["sick_days"] is Role.IGNORED
    assert roles(guess)["department"] is Role.PROTECTED
    assert guess.reasons["sick_days"] == "given by --ignore"


def test_a_scale_given_by_option_is_taken():
    frame = staff().with_columns(pl.Series("grade", ["x", "y", "z", "y"] * 50))
    guess = inferred(frame, target="grade", scale="z<x<y")
    assert guess.contract.task.levels == ("z", "x", "y")


def test_an_unknown_order_of_a_rating_is_asked_for():
    frame = staff().drop("rating")
    frame = frame.with_columns(pl.Series("rating", ["amber", "teal", "plum", "teal"] * 50))
    with pytest.raises(ContractError, match=r"JX-E123.scale-unknown\] rating") as caught:
        inferred(frame)
    assert "--scale 'teal<amber<plum'" in caught.value.hint


def test_words_for_no_rating_yet_are_no_level_of_the_scale():
    cells = ["优秀", "良好", "合格", "待定"] * 50
    frame = staff().drop("rating").with_columns(pl.Series("rating", cells))
    assert inferred(frame).contract.task.levels == ("合格", "良好", "优秀")


def test_unknown_columns_in_options_are_named_all_at_once():
    with pytest.raises(ManyErrors) as caught:
        inferred(staff(), target="ratng", text=("coment",))
    told = str(caught.value)
    assert "--target: expected the name of a column, got 'ratng'" in told
    assert "did you mean 'rating'?" in told
    assert "did you mean 'comment'?" in told


def test_a_table_without_an_answer_says_how_to_name_one():
    with pytest.raises(ContractError, match=r"JX-E120\.target") as caught:
        inferred(staff().select("emp_id", "salary", "comment", "sick_days"))
    assert caught.value.hint == "name it with --target"


def test_several_classes_in_a_cell_are_told_from_classes_with_blanks():
    topics = [
        "公司 行业",
        "公司",
        "行业 政策",
        "政策",
        "公司 政策",
        "行业",
        "公司 行业 政策",
        "政策 行业",
    ]
    frame = pl.DataFrame({"text": [f"新闻第{n}条，内容各不相同而且不短" for n in range(240)],
                          "topics": topics * 30})  # fmt: skip
    guess = inferred(frame, target="topics")
    assert guess.contract.task.kind is TaskKind.CLASSES
    assert guess.contract.task.classes == ("公司", "政策", "行业")
    words = ["late flight", "lost bag", "rude crew"] * 80
    plain = inferred(frame.with_columns(pl.Series("topics", words)), target="topics")
    assert plain.contract.task.kind is TaskKind.CLASS


@pytest.mark.parametrize(
    ("values", "kind", "levels"),
    [
        (["0", "1"], TaskKind.CLASS, ("0", "1")),
        (["1", "1.5", "2", "3"], TaskKind.ORDINAL, ("1", "1.5", "2", "2.5", "3")),
        (["4 stars", "5 stars", "1 stars"], TaskKind.ORDINAL, ("1", "2", "3", "4", "5")),
        (["A", "B", "C", "S"], TaskKind.ORDINAL, ("C", "B", "A", "S")),
        (["Exceeds", "Fully Meets", "PIP"], TaskKind.ORDINAL, ("PIP", "Fully Meets", "Exceeds")),
        (["10", "25", "61", "47", "88"], TaskKind.NUMBER, ()),
        (["negative", "neutral", "positive"], TaskKind.CLASS, ("negative", "neutral", "positive")),
    ],
)
def test_the_task_follows_from_the_values_of_the_target(values, kind, levels):
    cells = (values * 240)[:240] if len(values) < 5 else [str(7 * n % 97) for n in range(240)]
    frame = staff(240).drop("rating").with_columns(pl.Series("outcome", cells))
    guess = inferred(frame, target="outcome")
    assert guess.contract.task.kind is kind
    assert guess.contract.task.levels == levels


def test_a_second_table_joins_on_the_id_it_shares():
    first = staff(80).drop("department")
    roster = staff(80).select("emp_id", "department").reverse()
    sources = [Table(name="reviews", source="a.csv"), Table(name="roster", source="b.csv")]
    guess = infer([raw_table(first), raw_table(roster, "roster")], sources, Overrides())
    assert guess.contract.tables[1].key == ("emp_id",)
    assert roles(guess)["department"] is Role.GROUP


def test_a_column_that_stands_in_two_tables_gets_the_name_the_join_gives_it():
    roster = staff(80).select("emp_id", pl.col("salary").alias("comment"))
    sources = [Table(name="reviews", source="a.csv"), Table(name="roster", source="b.csv")]
    guess = infer([raw_table(staff(80)), raw_table(roster, "roster")], sources, Overrides())
    assert roles(guess)["comment"] is Role.TEXT
    assert roles(guess)["comment_roster"] is Role.NUMBER


def test_a_kpi_table_is_a_series_with_indicators():
    first = staff(40).with_columns(pl.Series("period", ["2025Q1", "2025Q2"] * 20))
    kpi = pl.DataFrame(
        {
            "emp_id": [one for one in first["emp_id"] for _ in range(4)],
            "period": ["2024Q3", "2024Q4", "2025Q1", "2025Q2"] * 40,
            "calls": [str(n % 37) for n in range(160)],
            "defects": [str(n % 5) for n in range(160)],
        }
    )
    sources = [Table(name="reviews", source="a.csv"), Table(name="kpi", source="b.csv")]
    guess = infer([raw_table(first), raw_table(kpi, "kpi")], sources, Overrides())
    layout = guess.contract.tables[1].series
    assert layout is not None
    assert (layout.layout, layout.period) == ("wide", "period")
    assert guess.contract.column("defects").role is Role.INDICATOR
    assert guess.contract.column("defects").higher_is_better is False


def test_a_table_nothing_joins_is_refused():
    other = pl.DataFrame({"city": ["X", "Y"], "rain": ["1", "2"]})
    sources = [Table(name="reviews", source="a.csv"), Table(name="rain", source="b.csv")]
    with pytest.raises(ContractError, match=r"JX-E126.no-key\] rain.csv"):
        infer([raw_table(staff()), raw_table(other, "rain")], sources, Overrides())


def test_a_key_that_joins_no_two_tables_is_refused():
    roster = staff().select("emp_id", pl.lit("X").alias("city"))
    tables = [raw_table(staff().drop("gender")), raw_table(roster, "roster")]
    sources = [Table(name="reviews", source="a.csv"), Table(name="roster", source="b.csv")]
    with pytest.raises(ContractError, match=r"idle-key\] --key rating") as told:
        infer(tables, sources, Overrides(key=("rating",)))
    assert told.value.hint == "the keys found are emp_id"


def test_goals_that_many_share_are_still_goals():
    goals = [f"Raise sales in region {at % 20}" for at in range(200)]
    contract = inferred(staff().with_columns(pl.Series("Goal", goals))).contract
    assert (contract.column("Goal").role, contract.column("Goal").type) == (Role.GOAL, "text")


def test_ranges_have_room_to_grow_and_ratings_none():
    contract = inferred(staff()).contract
    salary, rating = contract.column("salary"), contract.column("sick_days")
    assert (salary.minimum, salary.maximum) == (15000.0, 200000.0)
    assert rating.minimum == 0.0
    assert contract.column("age").maximum == 100.0


def test_leading_zeros_make_a_code_and_no_number():
    frame = staff().with_columns(pl.Series("site", [f"{n % 7:03d}" for n in range(200)]))
    assert inferred(frame).contract.column("site").type is DataType.CATEGORY


def test_a_column_under_a_merged_header_is_known_by_its_own_cell():
    names = {name: f"Person / {name}" for name in ("emp_id", "department")}
    roles = {c.name: c.role for c in inferred(staff().rename(names)).contract.columns}
    assert roles["Person / emp_id"] is Role.SUBJECT
    assert roles["Person / department"] is Role.GROUP


def test_titles_that_seldom_repeat_are_no_keys_but_codes_are():
    titles = [f"The night of the {at}th" for at in range(200)]
    frame = staff().with_columns(
        pl.Series("movie_name", [*titles[:-1], titles[0]]),
        pl.Series("ticket_no", [f"T{1000 + at}" for at in range(199)] + ["T1000"]),
    )
    contract = inferred(frame).contract
    assert not contract.column("movie_name").unique
    assert contract.column("ticket_no").unique
