import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import (
    CleanSettings,
    Column,
    Contract,
    DataType,
    MaskSettings,
    ModelSettings,
    ReportSettings,
    Role,
    Scale,
    SeriesLayout,
    Settings,
    SplitSettings,
    Table,
    Task,
    TaskKind,
)
from jixiao.contracts.yaml_file import parse, render
from jixiao.core.errors import ContractError, ManyErrors

_NASTY = [
    "no",
    "yes",
    "on",
    "012",
    "1e3",
    "2025-01-01",
    "~",
    "null",
    "",
    " a",
    "a: b",
    "# c",
    "- d",
]
_NASTY += [
    "它说：'好'",
    '"',
    "'",
    "x\ny",
    "\u2028",
    "\x85",
    "\ufeff",
    "\x7f",
    "{a}",
    "1:30",
    "=",
    "<<",
]
NAMES = st.one_of(
    st.sampled_from(_NASTY), st.text(max_size=12), st.sampled_from(["绩效等级", "Age"])
)
LANGUAGES = st.sampled_from([("zh",), ("zh", "en")])
NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False), st.integers(-9, 9).map(float))


@st.composite
def columns(draw, name, role):
    return Column(
        name=name,
        role=role,
        type=draw(st.sampled_from(DataType)),
        aliases=tuple(draw(st.lists(NAMES, max_size=2))),
        unit=draw(st.one_of(st.none(), st.sampled_from(["%", "CNY", "null", "h"]))),
        levels=tuple(draw(st.lists(NAMES, max_size=3))),
        minimum=draw(NUMBERS),
        maximum=draw(NUMBERS),
        day_first=draw(st.sampled_from([None, True, False])),
        required=draw(st.booleans()),
        higher_is_better=draw(st.sampled_from([None, True, False])),
        source=draw(st.sampled_from([None, "survey", "peer"])),
    )


@st.composite
def scales(draw):
    levels = draw(st.lists(NAMES, min_size=2, max_size=5, unique=True))
    synonyms = draw(st.dictionaries(NAMES, st.sampled_from(levels), max_size=3))
    values = tuple(sorted(draw(st.sets(st.integers(-50, 50), min_size=5, max_size=5))))
    worded = draw(st.booleans())
    try:
        return Scale(
            levels=levels, values=() if worded else values[: len(levels)], synonyms=synonyms
        )
    except ValueError:
        return Scale(levels=levels, values=values[: len(levels)], synonyms=synonyms)


@st.composite
def settings_(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    roles = st.sampled_from([role for role in Role if role is not Role.TARGET])
    kind = draw(st.sampled_from(TaskKind))
    task = Task(
        kind=kind,
        target=names[0],
        scale=draw(scales()) if kind is TaskKind.ORDINAL else None,
        classes=tuple(draw(st.lists(NAMES, max_size=3))) if kind is TaskKind.CLASS else (),
        separator=draw(st.sampled_from([" ", "|", ",", "、"])),
    )
    listed = [draw(columns(names[0], Role.TARGET))]
    listed += [draw(columns(name, draw(roles))) for name in names[1:]]
    series = st.one_of(st.none(), st.builds(SeriesLayout, layout=st.just("long"), value=NAMES))
    tables = tuple(
        Table(name=name, source=f"data/{at}.csv", sheet=draw(st.one_of(st.none(), NAMES)),
              key=tuple(draw(st.lists(NAMES, max_size=2))), series=draw(series))
        for at, name in enumerate(draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)))
    )  # fmt: skip
    return Settings(
        contract=Contract(tables=tables, columns=tuple(listed), task=task),
        clean=CleanSettings(near_duplicate=draw(st.sampled_from([0.9, 0.5, 1.0]))),
        mask=MaskSettings(on=draw(st.booleans()), roster_columns=tuple(draw(st.lists(NAMES)))),
        split=SplitSettings(method=draw(st.sampled_from(["auto", "time"]))),
        model=ModelSettings(budget_s=draw(st.sampled_from([None, 300.0, 0.5]))),
        report=ReportSettings(organisation=draw(NAMES), languages=draw(LANGUAGES)),
        seed=draw(st.integers(-5, 10**12)),
    )  # fmt: skip


@given(settings_(), st.dictionaries(NAMES, NAMES, max_size=4))
def test_what_is_written_reads_back_the_same(settings, reasons):
    assert parse(render(settings, reasons), "jixiao.yaml") == settings


def small() -> Settings:
    levels = ("合格", "良好", "优秀")
    return Settings(
        contract=Contract(
            tables=(Table(name="reviews", source="reviews.csv"),),
            columns=(
                Column(name="工号", role=Role.SUBJECT, type=DataType.TEXT),
                Column(name="评级", role=Role.TARGET, type=DataType.ORDINAL, levels=levels),
            ),
            task=Task(kind=TaskKind.ORDINAL, target="评级", scale=Scale(levels=levels)),
        )
    )


def test_a_column_stands_on_one_line_with_its_reason():
    text = render(small(), {"工号": "named like an employee number;\nevery value twice"})
    wanted = (
        "  - {name: 工号, role: subject, type: text}  # named like an employee number; every value"
    )
    assert wanted in text


def test_defaults_stand_in_a_commented_menu_only():
    text = render(small(), {})
    assert "# model:" in text
    assert "#   name: auto  # Registered name, or auto." in text
    assert "\nmodel:" not in text


def test_the_menu_can_be_uncommented_as_it_stands():
    text = render(small(), {})
    head, menu = text.split("# Everything below has its default")
    lines = [line.removeprefix("# ") for line in menu.splitlines()[1:]]
    assert parse(head + "\n".join(lines), "jixiao.yaml") == small()


def test_an_unknown_key_names_the_nearest_and_the_known_ones():
    text = render(small(), {}).replace("target:", "tarket:", 1)
    with pytest.raises(ContractError) as caught:
        parse(text, "jixiao.yaml")
    assert "JX-E102.unknown-key" in str(caught.value)
    assert "expected one of kind, target, scale, classes, separator, got 'tarket'" in str(
        caught.value
    )
    assert "did you mean 'target'?" in caught.value.hint


def test_all_errors_come_in_one_go_with_their_lines():
    text = render(small(), {}) + "seed: 1.5\nmodell: {}\nmask: {on: yes}\n"
    with pytest.raises(ManyErrors) as caught:
        parse(text, "jixiao.yaml")
    told = str(caught.value)
    assert len(caught.value.errors) == 3
    line = len(text.splitlines())
    assert f"jixiao.yaml:{line - 2} seed: expected a whole number, got '1.5'" in told
    assert "did you mean 'model'?" in told
    assert f"jixiao.yaml:{line} mask.on: expected true or false, got 'yes'" in told


def test_wrong_values_of_known_keys_come_in_one_go_too():
    text = render(small(), {}).replace("role: subject", "role: subjekt")
    text += "split: {method: random}\n"
    with pytest.raises(ManyErrors) as caught:
        parse(text, "jixiao.yaml")
    assert "columns.0.role: expected 'id', 'subject'" in str(caught.value)
    assert "split.method: expected 'auto', 'subject'" in str(caught.value)


@pytest.mark.parametrize("word", ["no", "yes", "on", "012", "2025-01-01", "1.10", "1:30", "true"])
def test_a_level_stays_as_it_is_written(word):
    text = render(small(), {}).replace(
        "levels: [合格, 良好, 优秀]\n\n", f"levels: [{word}, b]\n\n", 1
    )
    assert parse(text, "p").contract.task.scale.levels == (word, "b")


def test_a_key_twice_is_refused():
    with pytest.raises(ContractError, match=r"JX-E103.twice.*each key once, got 'seed' twice"):
        parse(render(small(), {}) + "seed: 1\nseed: 2\n", "jixiao.yaml")


def test_a_number_with_a_leading_zero_is_refused():
    with pytest.raises(ContractError, match="a whole number, got '012'"):
        parse(render(small(), {}) + "seed: 012\n", "jixiao.yaml")


def test_broken_yaml_names_the_line():
    with pytest.raises(ContractError, match=r"JX-E101.syntax\] jixiao.yaml:2"):
        parse("tables: [a\nb: {", "jixiao.yaml")


def test_anchors_are_refused():
    with pytest.raises(ContractError, match="an anchor or alias"):
        parse("tables: &a []\ncolumns: *a\n", "jixiao.yaml")


def test_a_target_that_is_no_column_is_named():
    text = render(small(), {}).replace("target: 评级", "target: 评价")
    with pytest.raises(ManyErrors) as caught:
        parse(text, "jixiao.yaml")
    assert "task.target: expected the name of a column, got '评价'" in str(caught.value)
    assert "did you mean '评级'?" in str(caught.value)


def test_an_empty_file_says_what_belongs_in_it():
    with pytest.raises(ContractError, match="expected the keys version, tables, columns, task"):
        parse("", "jixiao.yaml")
