"""`flask doctor` names each trigger on our tables that isn't ours, or isn't as we made it."""

import pytest
from flask import Flask
from sqlalchemy import text

from supporters.cli.log_findings import look_at_triggers
from supporters.database import db

pytestmark = pytest.mark.both_databases

NOTHING = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
CREATE = {
    "sqlite": "CREATE TRIGGER mine AFTER INSERT ON {table} BEGIN SELECT 1; END",
    "postgresql": f"CREATE FUNCTION mine() {NOTHING};"
    " CREATE TRIGGER mine AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION mine()",
}
EMPTIED = "CREATE TRIGGER count_old_subscriber AFTER DELETE ON subscriber BEGIN SELECT 1; END"
MOVED = (
    "CREATE TRIGGER moved BEFORE UPDATE ON subscriber FOR EACH ROW"
    " WHEN (OLD.address IS DISTINCT FROM NEW.address) EXECUTE FUNCTION mine()"
)
NOT_OURS = {
    "sqlite": {
        "mine on campaign": [CREATE["sqlite"].format(table="campaign")],
        "count_old_subscriber on subscriber": ["DROP TRIGGER count_old_subscriber", EMPTIED],
    },
    "postgresql": {
        "mine on campaign": [CREATE["postgresql"].format(table="campaign")],
        "moved on subscriber": [MOVED],
        "unheard on suppression": [
            "CREATE RULE unheard AS ON DELETE TO suppression DO INSTEAD NOTHING"
        ],
        "count_old_subscriber on subscriber": [
            f"CREATE OR REPLACE FUNCTION count_old_subscriber() {NOTHING}"
        ],
        "refuse_ended_consent on agreement": [
            "ALTER TABLE agreement DISABLE TRIGGER refuse_ended_consent"
        ],
    },
}


def run(*statements: str) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_triggers_that_are_not_as_we_made_them_are_named(app: Flask) -> None:
    assert look_at_triggers().state == "right"
    for name, statements in NOT_OURS[db.engine.dialect.name].items():
        run(*statements)
        found = look_at_triggers()
        assert (found.state, name in found.words) == ("wrong", True), found.words


def test_triggers_on_the_tables_of_others_are_theirs(app: Flask) -> None:
    run("CREATE TABLE theirs (id INTEGER)", CREATE[db.engine.dialect.name].format(table="theirs"))
    assert look_at_triggers().state == "right"
