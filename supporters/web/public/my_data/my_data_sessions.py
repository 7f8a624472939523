"""The half hour in which a browser may see one person's data: a cookie with a number, signed."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.people.models import Subscriber
from supporters.privacy_requests.my_data_access import close_my_data, find_open_person

SESSION_KEY = "my_data"
P = ParamSpec("P")


def remember(session_id: int) -> None:
    """Let this browser see the data of a session."""
    session[SESSION_KEY] = str(session_id)


def current_session() -> int:
    """Return the session of this browser; 0 if it has none."""
    kept = session.get(SESSION_KEY)
    return int(kept) if isinstance(kept, str) and kept.isdecimal() else 0


def find_person() -> Subscriber | None:
    """Return whose data this browser may see at this moment."""
    session_id = current_session()
    return find_open_person(session_id) if session_id else None


def end() -> None:
    """End the session, for a copy of the cookie too."""
    session_id = current_session()
    session.pop(SESSION_KEY, None)
    if session_id:
        close_my_data(session_id)


def for_the_person(
    view: Callable[Concatenate[Subscriber, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Guard a page: without an open session it leads to the form that asks for a letter."""

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        person = find_person()
        if person is None:
            if session.pop(SESSION_KEY, None) is not None:
                flash(gettext("Your half hour is over. Ask for a new letter to go on."), "warning")
            return redirect(url_for("public.my_data"), 303)
        return view(person, *arguments, **options)

    return guarded
