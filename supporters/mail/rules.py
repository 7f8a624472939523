"""When a transactional email is tried again (RFC 5321 section 4.5.4.1), and when it isn't."""

from datetime import datetime, timedelta

FIRST_RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LATER_RETRIES = timedelta(minutes=30)
LEASE = timedelta(minutes=30)
LONGEST_WAIT = timedelta(minutes=10)  # of an email that is due
LONGEST_PAUSE = timedelta(hours=2)  # for a relay that refuses us
MOST_DOUBLINGS = 10
MOST_RELEASES = 10  # attempts; an email with which connections fail again keeps its own retries
MOST_COPIES = 2  # of an email whose connection was lost (REQ-86)
FEW_REFUSED = 3


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when to try again after this many attempts; the first retries are quick."""
    if attempts <= len(FIRST_RETRIES):
        return now + FIRST_RETRIES[attempts - 1]
    return now + LATER_RETRIES


def next_attempt_after_refusal(attempts: int, now: datetime) -> datetime:
    """Return when to try a relay again that refused us: each time after twice as long."""
    doublings = min(attempts - 1, MOST_DOUBLINGS)
    return now + min(FIRST_RETRIES[0] * (1 << doublings), LONGEST_PAUSE)


def is_relay_refusing(refused: int, sent: int) -> bool:
    """Tell whether the relay refuses us: not one email now and then, but several or all.

    `refused` is how many emails it refused recently because of us, `sent` how many it took.
    """
    return refused >= FEW_REFUSED or (refused > 0 and sent == 0)


def is_worth_retrying(attempt_at: datetime, expires_at: datetime) -> bool:
    """Tell whether an email would still be of use at its next attempt."""
    return attempt_at < expires_at


def waits_for_too_long(due_since: datetime | None, now: datetime) -> bool:
    """Tell whether the oldest waiting email should have been sent long ago."""
    return due_since is not None and now - due_since > LONGEST_WAIT
