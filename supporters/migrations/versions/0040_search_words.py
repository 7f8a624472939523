"""The words that find people; undo of a stop by the team; requests made in person."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

MAX_WORD = 64
AT_ONCE = 5_000
SEPARATORS = re.compile(r"[\W_]+")
CHANNELS = ("page", "mail", "post", "phone")
DEPARTURES = ("unsubscribed", "disputed")


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    name = op.f(f"ck_{table}_{column}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN ({listed})")


def _words_of(address_key: str, given_name: str | None) -> set[str]:
    if address_key.endswith(".invalid"):
        return set()
    decomposed = unicodedata.normalize("NFKD", f"{address_key} {given_name or ''}".casefold())
    plain = "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
    return {each[:MAX_WORD] for each in SEPARATORS.split(plain) if each}


def _groups_of_people() -> Iterator[list[Any]]:
    """Yield the people in groups, by id."""
    after = 0
    while True:
        group = (
            op.get_bind()
            .execute(
                sa.text(
                    "SELECT id, address_key, given_name FROM subscriber "
                    "WHERE id > :after ORDER BY id LIMIT :most"
                ),
                {"after": after, "most": AT_ONCE},
            )
            .all()
        )
        if not group:
            return
        yield [*group]
        after = group[-1].id


def _fill(words: sa.Table) -> None:
    for group in _groups_of_people():
        rows = [
            {"word": word, "subscriber_id": person.id}
            for person in group
            for word in _words_of(person.address_key, person.given_name)
        ]
        if rows:
            op.get_bind().execute(sa.insert(words), rows)


def upgrade() -> None:
    in_bytes = sa.String(MAX_WORD).with_variant(sa.String(MAX_WORD, collation="C"), "postgresql")
    words = op.create_table(
        "search_word",
        sa.Column("word", in_bytes, nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_search_word_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "subscriber_id", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )
    _fill(words)
    op.create_index("ix_search_word_subscriber_id", "search_word", ["subscriber_id"])
    op.create_index("ix_subscriber_language_id", "subscriber", ["language", "id"])
    _allow("departure", "kind", (*DEPARTURES, "on-behalf"))
    _allow("rights_case", "channel", (*CHANNELS, "in-person"))


def downgrade() -> None:
    op.execute(sa.text("UPDATE rights_case SET channel = 'phone' WHERE channel = 'in-person'"))
    _allow("rights_case", "channel", CHANNELS)
    op.execute(sa.text("DELETE FROM departure WHERE kind = 'on-behalf'"))
    _allow("departure", "kind", DEPARTURES)
    op.drop_index("ix_subscriber_language_id", "subscriber")
    op.drop_table("search_word")
