"""Takes all connections of the pool, as too many requests at once do."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy.pool import QueuePool

from supporters.database import db


@contextmanager
def exhausted_pool() -> Iterator[None]:
    """Hold all connections for the block; a request waits a tenth of a second for one."""
    db.session.remove()
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.1
    with ExitStack() as stack:
        for _ in range(pool.size() + pool._max_overflow):
            stack.enter_context(db.engine.connect())
        yield
