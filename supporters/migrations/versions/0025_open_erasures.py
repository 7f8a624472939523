"""Seals how far erasures under the key that everybody knows are believed: later ones have ours.

Those that the log has by now, sealed or waiting; and what the version before, which may run on
until it is restarted, has sealed within the hour.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "log-open-erasures"
RUNS_ON_FOR = timedelta(hours=1)

data_key = sa.table(
    "data_key",
    sa.column("name", sa.String),
    sa.column("sealed", sa.LargeBinary),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    size = op.get_bind().execute(sa.text("SELECT count(*) FROM log_entry")).scalar_one()
    if not size:
        return
    now = datetime.now(UTC)
    bound = f"{size} {(now + RUNS_ON_FOR).isoformat()}"
    sealed = current_app.extensions["sealer"].seal(bound.encode())
    op.execute(data_key.insert().values(name=NAME, sealed=sealed, created_at=now))


def downgrade() -> None:
    """Forget the bound. The version before can't open what was erased under our key since."""
    op.execute(data_key.delete().where(data_key.c.name == NAME))
