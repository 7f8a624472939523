"""Corrects the result of early editions of migrations, before later migrations run.

Some migrations were changed after databases had run them. Migration 0024 repairs these databases.
One difference must be corrected earlier: 0009 drops an index that the first editions of 0006
didn't create.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

DROPS_THE_INDEX = "0009"
INDEX = "ix_delivery_claimed_by"


def prepare_first_editions(connection: Connection, coming: Iterable[str]) -> None:
    """Create the index that a coming migration drops, if the ledger lacks it."""
    inspector = inspect(connection)
    if DROPS_THE_INDEX not in coming or not inspector.has_table("delivery"):
        return
    if INDEX not in {each["name"] for each in inspector.get_indexes("delivery")}:
        condition = "WHERE claimed_by IS NOT NULL"
        connection.execute(text(f"CREATE INDEX {INDEX} ON delivery (claimed_by) {condition}"))
