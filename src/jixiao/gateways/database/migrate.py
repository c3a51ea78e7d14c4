"""Bringing a database to the newest schema, step by step, with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from jixiao.core import WorkspaceError

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

FOLDER = Path(__file__).with_name("migrations")


def migrate(engine: sa.Engine) -> None:
    """Apply every step that the database lacks, in one transaction.

    Raises:
        WorkspaceError: If the database was made by a newer version of the product.
    """
    if _is_newest(engine):
        return  # a server that starts again need not load Alembic, which takes a while
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection = connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            _apply(connection, scripts)


def _is_newest(engine: sa.Engine) -> bool:
    newest = max(file.stem.partition("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        query = sa.text("SELECT version_num FROM alembic_version")
        return connection.execute(query).scalar() == newest


def _apply(connection: sa.Connection, scripts: ScriptDirectory) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7110511)"))  # one at a time
    context = MigrationContext.configure(connection, opts={"transactional_ddl": False})
    current = context.get_current_revision()
    known = [one.revision for one in scripts.walk_revisions()][::-1]
    if current is not None and current not in known:
        raise WorkspaceError(
            "JX-E422",
            "the database",
            expected=f"a schema up to {known[-1]}",
            got=f"the newer {current}",
            hint="run the version of jixiao that made it, or a newer one",
        )
    with Operations.context(context):
        for revision in known[known.index(current) + 1 if current else 0 :]:
            script = scripts.get_revision(revision)
            assert script is not None
            script.module.upgrade()
            context.stamp(scripts, revision)
