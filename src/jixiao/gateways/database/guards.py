"""What the database itself refuses, whoever writes to it: triggers for both dialects.

1. A paper is approved, released, contested or settled only while an approval of exactly its text
   stands, by an enabled manager's account that is neither its subject nor its author; one with a
   planted fault is never approved or released, also where its mark was taken away.
2. An approval is of the text that the paper has at that moment, and is never replaced; as long as
   it stands the paper is about the same person and time.
3. A hash stands for one text of a paper, which is never changed, nor deleted before its paper;
   audit entries are never changed or deleted, and each follows the last one.
"""

from __future__ import annotations

from jixiao.contracts.office import GENESIS

PASSED = "('approved', 'released', 'contested', 'settled')"
_APPROVED = """EXISTS (
  SELECT 1 FROM approvals a JOIN accounts c ON c.id = a.approver
  WHERE a.paper = NEW.id AND a.text = NEW.text AND a.void IS NULL
    AND a.approver <> NEW.author
    AND (NEW.person IS NULL OR c.person IS NULL OR c.person <> NEW.person){share}
)"""
_PLANTED = "EXISTS (SELECT 1 FROM seeds s WHERE s.paper = {paper} AND s.outcome = '')"
_MOVED = " OR ".join(
    f"COALESCE(CAST(NEW.{name} AS TEXT), '') <> COALESCE(CAST(OLD.{name} AS TEXT), '')"
    for name in ("person", "subject", "level", "period", '"start"', '"end"')
)
_RULES: dict[str, tuple[str, str, str, str]] = {
    "paper_passes": (
        "papers",
        "UPDATE",
        f"NEW.state IN {PASSED} AND NOT {_APPROVED}",
        "a paper needs an approval of exactly its text",
    ),
    "paper_begins": (
        "papers",
        "INSERT",
        f"NEW.state IN {PASSED}"
        " OR EXISTS (SELECT 1 FROM papers p WHERE p.id = NEW.id OR p.name = NEW.name)"
        " OR EXISTS (SELECT 1 FROM approvals a WHERE a.paper = NEW.id AND a.void IS NULL)",
        "a paper begins as a draft that nobody has approved, and is never replaced",
    ),
    "paper_named": (
        "papers",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.name <> OLD.name",
        "a paper keeps its id and name",
    ),
    "paper_seeded": (
        "papers",
        "UPDATE",
        f"(NEW.state IN {PASSED} AND (NEW.seeded IS NOT NULL"
        f" OR {_PLANTED.format(paper='NEW.id')}))"
        " OR (OLD.seeded IS NOT NULL AND NEW.seeded IS NULL AND NEW.text = OLD.text)",
        "a draft with a planted fault is never approved or released",
    ),
    "paper_subject": (
        "papers",
        "UPDATE",
        "(NEW.state <> 'draft' OR OLD.state <> 'draft' OR EXISTS (SELECT 1 FROM approvals a"
        f" WHERE a.paper = OLD.id AND a.void IS NULL)) AND ({_MOVED})",
        "a paper on its way stays about the same person and time",
    ),
    "approval_fits": (
        "approvals",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM papers p JOIN accounts c ON c.id = NEW.approver"
        " WHERE p.id = NEW.paper AND p.text = NEW.text AND p.state = 'in_review'"
        " AND p.seeded IS NULL AND c.disabled = {false} AND p.author <> NEW.approver"
        " AND CAST(c.roles AS TEXT) LIKE '%\"manager\"%'"
        " AND (p.person IS NULL OR c.person IS NULL OR c.person <> p.person))"
        " OR NOT EXISTS (SELECT 1 FROM paper_texts t WHERE t.paper = NEW.paper"
        " AND t.hash = NEW.text AND t.by <> NEW.approver)"
        f" OR {_PLANTED.format(paper='NEW.paper')}",
        "an approval is of the text that is in review, by a manager who did not write it",
    ),
    "approval_new": (
        "approvals",
        "INSERT",
        "EXISTS (SELECT 1 FROM approvals a WHERE a.id = NEW.id)",
        "an approval is never replaced",
    ),
    "approval_lasts": (
        "approvals",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.text <> OLD.text OR NEW.paper <> OLD.paper"
        " OR NEW.approver <> OLD.approver"
        " OR (OLD.void IS NOT NULL AND NEW.void IS NULL)",
        "an approval is never turned into another one",
    ),
    "approval_void": (
        "approvals",
        "UPDATE",
        "NEW.void IS NOT NULL AND EXISTS (SELECT 1 FROM papers p WHERE p.id = NEW.paper"
        f" AND p.text = NEW.text AND p.state IN {PASSED}{{share}})",
        "the approval of a paper that has passed stands",
    ),
    "approval_kept": (
        "approvals",
        "DELETE",
        f"EXISTS (SELECT 1 FROM papers p WHERE p.id = OLD.paper AND p.state IN {PASSED})",
        "the approval of a paper that has passed stands",
    ),
    "text_once": (
        "paper_texts",
        "INSERT",
        "EXISTS (SELECT 1 FROM paper_texts t WHERE t.id = NEW.id"
        " OR (t.paper = NEW.paper AND t.hash = NEW.hash))",
        "a hash stands for one text of a paper",
    ),
    "text_kept": (
        "paper_texts",
        "DELETE",
        "EXISTS (SELECT 1 FROM papers p WHERE p.id = OLD.paper)",
        "the text of a paper stands as long as the paper",
    ),
    "text_fixed": ("paper_texts", "UPDATE", "1 = 1", "texts are never changed"),
    "entry_follows": (
        "audit_entries",
        "INSERT",
        "NEW.id <= COALESCE((SELECT MAX(id) FROM audit_entries), '') OR NEW.previous <> COALESCE("
        f"(SELECT hash FROM audit_entries ORDER BY id DESC LIMIT 1), '{GENESIS}')",
        "an audit entry follows the last one",
    ),
    "entry_fixed": ("audit_entries", "UPDATE", "1 = 1", "audit entries are never changed"),
    "entry_kept": ("audit_entries", "DELETE", "1 = 1", "audit entries are never deleted"),
}


def guard_statements(dialect: str) -> list[str]:
    """Return the statements that make the triggers.

    Args:
        dialect: sqlite or postgresql.
    """
    made: list[str] = []
    for name, (table, event, condition, message) in _RULES.items():
        said = condition.replace("{false}", "0" if dialect == "sqlite" else "false")
        said = said.replace("{share}", "" if dialect == "sqlite" else " FOR SHARE")
        if dialect == "sqlite":
            made.append(
                f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} WHEN {said}"
                f" BEGIN SELECT RAISE(ABORT, 'guard: {message}'); END"
            )
            continue
        back = "OLD" if event == "DELETE" else "NEW"
        made.append(
            f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {said} THEN RAISE EXCEPTION 'guard: {message}'; END IF; RETURN {back}; END $$"
        )
        made.append(
            f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION guard_{name}()"
        )
    return made + ([] if dialect == "sqlite" else _never_emptied())


def _never_emptied() -> list[str]:
    """Return the statements that keep PostgreSQL from emptying a table at once."""
    made = [
        "CREATE FUNCTION guard_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'guard: this table is never emptied'; END $$"
    ]
    return made + [
        f"CREATE TRIGGER guard_{table}_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION guard_emptied()"
        for table in ("audit_entries", "approvals", "papers", "paper_texts")
    ]
