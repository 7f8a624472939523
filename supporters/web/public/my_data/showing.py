"""The first page of "My data", and everything that we hold: to read, and to take along."""

import json
from datetime import datetime

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from supporters import clock
from supporters.consent.controllers import identity_of_today
from supporters.consent.queries import is_suppressed
from supporters.consent.suppressing import EVERYTHING
from supporters.people.models import Subscriber
from supporters.rights.access.opening import find_closing_time
from supporters.rights.access.porting import write_own_file
from supporters.rights.access.rules import PAUSES, UNTIL_RESUMED
from supporters.rights.holdings.holders import holder_of
from supporters.rights.holdings.telling import tell_everything
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.my_data import sessions
from supporters.web.public.my_data.recipients import recipients, retention
from supporters.web.public.my_data.sections import describe
from supporters.web.public.times import times_kept

SCHEMA = "supporters.my-data/1"


@public.get(f"/{LANGUAGE}/my-data/overview")
@sessions.for_the_person
def my_data_overview(person: Subscriber) -> ResponseReturnValue:
    """Show what they get, and a button for each right."""
    held = tell_everything(holder_of(person))
    now = clock.now()
    is_paused = person.paused_until is not None and person.paused_until > now
    return render_template(
        "public/my_data/overview.html",
        person=person,
        subscriptions=held["subscription"],
        agreements=held["agreement"],
        closes_at=find_closing_time(sessions.current_session()),
        is_paused=is_paused,
        until_resumed=person.paused_until == UNTIL_RESUMED,
        pauses=PAUSES,
        has_objected=is_suppressed(person.address_mac, [EVERYTHING], now),
    )


@public.get(f"/{LANGUAGE}/my-data/everything")
@sessions.for_the_person
def my_data_everything(person: Subscriber) -> ResponseReturnValue:
    """Show all that we hold, table by table."""
    sections = describe(tell_everything(holder_of(person)))
    return render_template("public/my_data/everything.html", sections=sections, times=times_kept())


@public.get(f"/{LANGUAGE}/my-data/everything.json")
@sessions.for_the_person
def my_data_file(person: Subscriber) -> ResponseReturnValue:
    """Hand out the same as a file that programs can read (GDPR article 15)."""
    content = {
        "schema": SCHEMA,
        "made_at": clock.now(),
        "controller": identity_of_today(),
        "recipients": recipients(),
        "retention": retention(),
        "data": tell_everything(holder_of(person)),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_as_text)
    return _attach(f"{text}\n", "application/json", "my-data.json")


@public.get(f"/{LANGUAGE}/my-data/subscriptions.csv")
@sessions.for_the_person
def my_data_subscriptions(person: Subscriber) -> ResponseReturnValue:
    """Hand out what they gave us as a file that another sender can take in (GDPR article 20)."""
    return _attach(write_own_file(person), "text/csv", "my-subscriptions.csv")


def _attach(content: str | bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
