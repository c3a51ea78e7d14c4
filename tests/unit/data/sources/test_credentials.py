import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import DataError
from jixiao.data.sources.credentials import filled, parse_url

NAMED = "postgresql+psycopg://${HR_USER}:${HR_PASSWORD}@db.internal:5433/hr?sslmode=require"


@pytest.mark.parametrize(
    "source",
    [
        "postgresql://wang:geheim@host/hr",
        "postgresql://wang:$HR_PASSWORD@host/hr",
        "postgresql://wang:geheim${HR_PASSWORD}@host/hr",
        "postgresql://wang:ge@heim@host/hr",
        "postgresql://wang@host/hr?password=geheim",
        "postgresql://wang@host/hr?sslpassword=geheim",
    ],
)
def test_a_password_written_out_is_refused_and_not_repeated(source: str):
    with pytest.raises(DataError) as caught:
        parse_url(source)
    assert caught.value.code == "JX-E208.password"
    assert "heim" not in str(caught.value)
    assert "${PGPASSWORD}" in caught.value.hint


@pytest.mark.parametrize(
    "source", ["postgresql://wang@host/hr", "postgresql://wang:@host/hr", "sqlite:///hr.db", NAMED]
)
def test_a_url_without_a_password_is_read_as_it_is(source: str):
    assert parse_url(source).render_as_string(hide_password=False).startswith(source[:10])


def test_a_url_that_cannot_be_read_is_not_repeated():
    with pytest.raises(DataError, match="expected a database URL, got one that cannot") as caught:
        parse_url("postgresql://wang:geheim@host:port/hr")
    assert "geheim" not in str(caught.value)


@given(st.text(min_size=1))
def test_any_value_arrives_at_the_driver_as_it_is(password: str):
    url = filled(parse_url(NAMED), {"HR_USER": "wang", "HR_PASSWORD": password})
    assert (url.username, url.password) == ("wang", password)
    assert (url.host, url.port, url.database) == ("db.internal", 5433, "hr")
    assert dict(url.query) == {"sslmode": "require"}


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(DataError, match=r"\$\{HR_USER\} in a SQL URL: expected an environment"):
        filled(parse_url(NAMED), {"HR_PASSWORD": "geheim"})


def test_parts_of_a_query_are_filled_too():
    url = parse_url("postgresql://wang@/hr?host=${A}&host=b&password=${P}")
    assert dict(filled(url, {"A": "a", "P": "p"}).query) == {"host": ("a", "b"), "password": "p"}
