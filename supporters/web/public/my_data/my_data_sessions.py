"""My data sessions: a signed cookie with the id of a session of half an hour."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.my_data.my_data_access import close_my_data, find_open_person
from supporters.people.models import Subscriber

SESSION_KEY = "my_data"
P = ParamSpec("P")


def start_session(session_id: int) -> None:
    """Store the session in the cookie of this browser."""
    session[SESSION_KEY] = str(session_id)


def current_session() -> int:
    """Return the session id of this browser; 0 if it has none."""
    stored = session.get(SESSION_KEY)
    return int(stored) if isinstance(stored, str) and stored.isdecimal() else 0


def find_person() -> Subscriber | None:
    """Return the person of the open session of this browser."""
    session_id = current_session()
    return find_open_person(session_id) if session_id else None


def end_session() -> None:
    """End the session in the database too, so that a copy of the cookie is void."""
    session_id = current_session()
    session.pop(SESSION_KEY, None)
    if session_id:
        close_my_data(session_id)


def requires_my_data(
    view: Callable[Concatenate[Subscriber, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Require an open session; without one, redirect to the form that asks for an email."""

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        person = find_person()
        if person is None:
            if session.pop(SESSION_KEY, None) is not None:
                flash(
                    gettext("The page closed after half an hour. Ask for a new email to go on."),
                    "warning",
                )
            return redirect(url_for("public.my_data"), 303)
        return view(person, *arguments, **options)

    return guarded
