"""Runs the statements of trips within the transaction of a use case, through its session."""

from sqlalchemy import Connection

from supporters.database import db, in_transaction
from supporters.fast_path.prepared_statements import Call, Row


def read_in_session(call: Call) -> list[Row]:
    """Return the rows of a read, with what the session wrote before."""
    [statement] = call.statements
    db.session.flush()
    rows = db.session.connection().execute(statement.clause, dict(call.values))  # type: ignore[call-overload]
    return [tuple(row) for row in rows]


@in_transaction
def write_in_session(*calls: Call) -> None:
    """Run writes, one after the other. The rows of the session are read again after them."""
    db.session.flush()
    run_calls(db.session.connection(), *calls)
    db.session.expire_all()


def run_calls(connection: Connection, *calls: Call) -> None:
    """Run writes through a connection of SQLAlchemy."""
    for call in calls:
        for statement in call.statements:
            names = {each.name for each in statement.compiled_for("sqlite").parameters}
            values = {name: call.values[name] for name in names & call.values.keys()}
            connection.execute(statement.clause, values)  # type: ignore[call-overload]
