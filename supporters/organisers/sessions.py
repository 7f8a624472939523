"""Sessions of the console: new at the sign-in, over at the sign-out, when idle, and after a week.

A session lives in a signed cookie. What makes copies of it worthless is that it names the
account by `fs_uniquifier`, which changes when the person signs out: on every device, then.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, session

from supporters import clock
from supporters.database import use_case
from supporters.organisers.models import Organiser

LONGEST_SESSION = timedelta(days=7)
BEGUN = "signed_in_at"


def begin_session(_app: Flask, **_: Any) -> None:
    """Take nothing secret along from before the sign-in; end the session when it is idle."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    session.permanent = True
    session[BEGUN] = clock.now().timestamp()


@use_case
def end_sessions(_app: Flask, user: Organiser, **_: Any) -> None:
    """Make every copy of the session worthless."""
    user.fs_uniquifier = secrets.token_hex(32)


def is_session_too_old(now: datetime) -> bool:
    """Tell whether the session has lasted for long enough, idle or not."""
    begun = float(session.get(BEGUN, 0))
    return now.timestamp() - begun > LONGEST_SESSION.total_seconds()
