"""Forgets signups 72 hours after they were asked for, without a reminder (REQ-37)."""

from datetime import datetime

from sqlalchemy import delete

from supporters.database import db, use_case
from supporters.signup.models import SignupRequest


@use_case
def purge_expired_requests(now: datetime) -> int:
    """Delete the requests whose time is over; return how many of them nobody had confirmed.

    What was confirmed lives on in its consent events: nothing of it is lost with its request.
    """
    gone = db.session.execute(
        delete(SignupRequest)
        .where(SignupRequest.expires_at <= now)
        .returning(SignupRequest.confirmed_at)
    )
    return sum(confirmed_at is None for (confirmed_at,) in gone)
