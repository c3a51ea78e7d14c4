import json

import pytest

from jixiao.core import DataError, ManyErrors
from jixiao.gate import read_facts


def test_what_is_no_json_names_line_and_column():
    with pytest.raises(DataError, match=r"\[JX-E240\] f.json, line 1, column 2: expected a JSON"):
        read_facts("{", "f.json")


def test_every_fault_of_the_file_is_named_at_once():
    content = {"version": 2, "facts": [{"id": "f1", "subject": "A", "measure": "sales"}]}
    with pytest.raises(ManyErrors) as caught:
        read_facts(json.dumps(content), "f.json")
    places = [error.place for error in caught.value.errors]
    assert places == ["f.json: version", "f.json: facts.0.value"]


def test_an_id_that_stands_twice_is_refused():
    one = {"id": "f1", "subject": "A", "measure": "sales", "value": 1}
    with pytest.raises(DataError, match=r"got the id of facts\.0"):
        read_facts(json.dumps({"version": 1, "facts": [one, one]}))


def test_a_period_that_ends_before_it_starts_is_refused():
    period = {"start": "2025-07-01", "end": "2025-07-01"}
    one = {"id": "f1", "subject": "A", "measure": "sales", "value": 1, "period": period}
    with pytest.raises(DataError, match="end is the first day after it"):
        read_facts(json.dumps({"version": 1, "facts": [one]}))
