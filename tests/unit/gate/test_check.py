import json

import pytest

from jixiao.gate import FactSet, read_facts, verify_text


@pytest.fixture(scope="module")
def sellers(fact) -> FactSet:
    values = {"Ann Lee": (310, 42), "Guy Poe": (250, 35), "Bo Carr": (180, 17)}
    facts = [
        fact(f"{measure}{who}", who, measure, value)
        for who, some in values.items()
        for measure, value in zip(("orders", "visits"), some, strict=True)
    ]
    homes = {"Ann Lee": "North", "Guy Poe": "South", "Bo Carr": "South"}
    subjects = {who: {"names": [who], "kind": "person", "of": of} for who, of in homes.items()}
    subjects |= {name: {"names": [name], "kind": "group"} for name in ("North", "South")}
    words = {"against": ["outsold"]}
    content = {"version": 1, "facts": facts, "subjects": subjects, "words": words}
    return read_facts(json.dumps(content))


def wrong(text, facts):
    return [(one.text, one.expected) for one in verify_text(text, facts).spans if one.fails]


def test_a_person_named_for_another_one_is_wrong_and_not_the_group(sellers):
    text = "Ann Lee led South with 250 orders and 35 visits."
    assert wrong(text, sellers) == [("Ann Lee", "Guy Poe")]


def test_a_person_put_into_a_wrong_group_makes_the_group_wrong(sellers):
    text = "Ann Lee led South with 310 orders and 42 visits."
    assert wrong(text, sellers) == [("South", "North")]


def test_a_group_set_against_itself_is_told_once_with_the_other_one(sellers):
    assert wrong("South outsold South.", sellers) == [("South", "North")]
