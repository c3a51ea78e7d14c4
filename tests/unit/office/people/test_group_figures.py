"""For whom a model is worse: seen by auditors alone, and never of too few people."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import viewer

from jixiao.contracts import Prediction, Scale, Task
from jixiao.evaluation import Surroundings, describe, evaluate
from jixiao.office import Office
from jixiao.office.people.group_figures import for_viewer, group_figures
from jixiao.reports import SmallGroups

POLICY = SmallGroups()


def figures(groups: dict[str, tuple[int, float]], rows: int = 40) -> dict[str, Any]:
    """Return figures of a model that is off by so much for each group of so many people."""
    draw = np.random.default_rng(0)
    truth, said, names, people = [], [], [], []
    for name, (count, off) in groups.items():
        for row in range(max(rows, count)):
            truth.append(float(draw.normal()))
            said.append(truth[-1] + off * float(draw.choice([-1.0, 1.0])))
            names.append(name)
            people.append(f"{name}{row % count}")
    task = Task(kind="number", target="y")
    slices = {"protected:Gender": names, "language": ["en", "zh"] * (len(names) // 2)}
    around = Surroundings(subjects=people, slices=slices, n_resamples=50)
    return evaluate(np.array(truth), Prediction(None, np.array(said)), task=task, around=around)


def test_an_auditor_sees_for_whom_a_model_is_worse_and_nobody_else_does(office: Office) -> None:
    found = figures({"f": (20, 0.9), "m": (20, 0.1)})
    (shown,) = group_figures(viewer(office, "auditor"), found, POLICY)
    assert (shown.attribute, shown.metric, shown.hidden) == ("Gender", "mae", False)
    assert {one.value: (one.people, one.standing) for one in shown.groups} == {
        "f": (20, "worse"),
        "m": (20, "better"),
    }
    assert {one.value: round(one.figure or 0, 3) for one in shown.groups} == {"f": 0.9, "m": 0.1}
    for login in ("administrator", "analyst", "head", "employee"):
        assert group_figures(viewer(office, login), found, POLICY) == ()


def test_words_about_protected_groups_are_for_auditors_alone(office: Office) -> None:
    found = figures({"f": (20, 0.9), "m": (20, 0.1)})
    told = {
        login: str(describe(for_viewer(viewer(office, login), found, POLICY), "en"))
        for login in ("auditor", "analyst")
    }
    assert "Gender" in told["auditor"]
    assert "Gender" not in told["analyst"]
    assert "language" not in told["auditor"]  # no language is worse


def test_a_group_of_few_people_is_left_out_though_it_has_many_rows(office: Office) -> None:
    found = figures({"f": (4, 0.9), "m": (20, 0.1), "d": (6, 0.1)})
    (shown,) = group_figures(viewer(office, "auditor"), found, POLICY)
    assert [one.value for one in shown.groups] == ["m"]  # with d, f would be the rest
    assert shown.hidden
    assert "Gender = f" not in str(
        describe(for_viewer(viewer(office, "auditor"), found, POLICY), "en")
    )


def test_where_people_are_not_counted_nothing_is_shown(office: Office) -> None:
    found = figures({"f": (20, 0.9), "m": (20, 0.1)})
    for part in found["slices"]["protected:Gender"]:
        part["people"] = None
    (shown,) = group_figures(viewer(office, "auditor"), found, POLICY)
    assert (shown.groups, shown.hidden) == ((), True)


def test_whoever_may_not_read_the_data_is_told_nothing_by_single_rows(office: Office) -> None:
    people = [f"p{row % 30}" for row in range(120)]
    units = ["Lenses" if person in ("p0", "p1", "p2") else "Sales" for person in people]
    truth = np.array([0 if person == "p3" else 1 + row % 2 for row, person in enumerate(people)])
    said = np.full((120, 3), 0.1)
    said[range(120), [0 if u == "Lenses" else t for t, u in zip(truth, units, strict=True)]] = 0.8
    task = Task(kind="ordinal", target="y", scale=Scale(levels=("1", "2", "3")))
    slices = {"group": units, "rater": ["r1" if unit == "Lenses" else "r2" for unit in units]}
    around = Surroundings(subjects=people, slices=slices, n_resamples=50, min_rows=5)
    found = evaluate(truth, Prediction(said), task=task, around=around)
    seen = {
        login: for_viewer(viewer(office, login), found, POLICY) for login in ("auditor", "analyst")
    }
    told = {login: str(describe(one, "en")) for login, one in seen.items()}
    single = ("judge “1”: 4", "Lenses", "rater", "worst error", "weakest at")
    assert [word for word in single if word not in told["analyst"]] == []
    assert [word for word in single if word in told["auditor"]] == []
    assert "120 records" in told["auditor"]
    assert (seen["auditor"]["worst"], seen["auditor"]["per_class"]) == ([], None)
    assert for_viewer(viewer(office, "auditor"), {**found, "n_subjects": 4}, POLICY) == {}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), min_size=2))
def test_what_is_left_out_is_nobody_or_enough_people(sizes: dict[str, int]) -> None:
    parts = [
        {"value": name, "n": 40, "people": size, "test": None, "intervals": None}
        for name, size in sizes.items()
    ]
    total = sum(sizes.values())
    found = {"n": 40, "n_subjects": total, "task": "number", "test": {"mae": 1.0}}
    found["slices"] = {"protected:G": parts}

    class Auditor:
        scopes, roles = None, ("auditor",)

    told = group_figures(Auditor(), found, POLICY)  # type: ignore[arg-type]
    assert bool(told) is (total >= POLICY.min_scores)
    if not told:
        return
    (shown,) = told
    rest = total - sum(one.people for one in shown.groups)
    assert not shown.groups or rest == 0 or rest >= POLICY.min_scores
    assert all(one.people >= POLICY.min_scores for one in shown.groups)
