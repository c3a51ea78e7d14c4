"""The web application's records in SQLite or PostgreSQL, with a hash-chained audit log."""

from jixiao.gateways.database.open import open_database
from jixiao.gateways.database.sql_store import SqlStore

__all__ = ["SqlStore", "open_database"]
