"""Decides which saved text a save goes on with, and how many stay."""

from datetime import datetime, timedelta

ONE_SITTING = timedelta(minutes=10)
MOST_UNNAMED = 60  # ten hours of writing: some 0.5 MB, at most 22 MB
MOST_NAMED = 30
MUCH = 200  # characters
OF_A_BROWSER = 0  # the revision of words that a browser stored because it could not save them


def is_same_sitting(
    begun_at: datetime, writer_id: int | None, *, now: datetime, by_id: int | None
) -> bool:
    """Tell whether a save belongs to a sitting of the same account. One lasts ten minutes."""
    return by_id is not None and by_id == writer_id and now - begun_at < ONE_SITTING


def loses_much(before: str, after: str) -> bool:
    """Tell whether a save may have deleted words by mistake: the text before it is stored then."""
    return len(before) - len(after) >= MUCH
