"""Bringing a database to the newest schema, step by step, with Alembic."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from jixiao.core import WorkspaceError

FOLDER = Path(__file__).with_name("migrations")


def migrate(engine: sa.Engine) -> None:
    """Apply every step that the database lacks, in one transaction.

    Raises:
        WorkspaceError: If the database was made by a newer version of the product.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection = connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            _apply(connection, scripts)


def _apply(connection: sa.Connection, scripts: ScriptDirectory) -> None:
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
