from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.office_case import KEY

from jixiao.core import WorkspaceError
from jixiao.gateways.database import open_database
from jixiao.gateways.database.tables import METADATA
from jixiao.office import Office


def test_the_migrations_make_exactly_the_tables_of_the_records(office: Office) -> None:
    with office.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


def test_columns_have_the_types_and_nullability_of_the_records(office: Office) -> None:
    found = sa.inspect(office.store.engine)
    for table in METADATA.sorted_tables:
        kept = {one["name"]: one for one in found.get_columns(table.name)}
        for column in table.columns:
            assert kept[column.name]["nullable"] == column.nullable, (table.name, column.name)
            affinity = kept[column.name]["type"]._type_affinity
            assert affinity is column.type._type_affinity, (table.name, column.name)


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        store = open_database(tmp_path, KEY)
        with store.engine.connect() as connection:
            names = connection.scalars(sa.text("SELECT name FROM sqlite_master ORDER BY name"))
            seen = list(names)
        store.close()
    assert "guard_paper_passes" in seen


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = open_database(tmp_path, KEY)
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(WorkspaceError, match=r"JX-E422.*up to 0001, got the newer 9999"):
        open_database(tmp_path, KEY)


def test_an_address_of_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="JX-E421"):
        open_database(tmp_path, KEY, url="mysql://somewhere/else")


def test_a_server_that_does_not_answer_is_told_without_its_password(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    url = "postgresql+psycopg://me:secret-word@127.0.0.1:9/none"
    with pytest.raises(WorkspaceError, match="JX-E420") as refused:
        open_database(tmp_path, KEY, url=url)
    assert "secret-word" not in str(refused.value)
