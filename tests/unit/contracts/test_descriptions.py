"""The string under a field is its description, in the settings file and in JSON schemas alike."""

from __future__ import annotations

from jixiao.contracts import Column, Settings, Table, descriptions
from jixiao.contracts.schema import Frozen


class Parent(Frozen):
    """A model to inherit from."""

    first: int
    """The first
    of two."""
    second: int = 2
    """The second."""


class Child(Parent):
    """A model that words a field anew."""

    second: int = 3
    """Worded anew."""
    third: str = ""


def test_the_string_under_a_field_describes_it():
    assert descriptions(Table)["source"] == (
        "Path relative to the workspace, absolute path, or SQL URL."
    )


def test_every_field_of_the_settings_is_described():
    parts = [Settings, *(f.annotation for f in Settings.model_fields.values())]
    models = [part for part in parts if isinstance(part, type) and issubclass(part, Frozen)]
    assert len(models) > 5
    for model in models:
        assert set(descriptions(model)) == set(model.model_fields)


def test_fields_of_a_base_class_keep_their_description():
    assert descriptions(Child) == {"first": "The first\nof two.", "second": "Worded anew."}


def test_json_schemas_carry_the_descriptions():
    schema = Column.model_json_schema()
    assert schema["properties"]["unit"]["description"].startswith("Unit of a number")
    nested = Settings.model_json_schema()["$defs"]["Table"]["properties"]
    assert nested["sheet"]["description"].startswith("Sheet of a workbook")
