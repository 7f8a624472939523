"""`flask doctor` tells whether signup emails are held, and which events raise the limits."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.cli.capacity_findings import look_at_rush
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.signup.rush.announced_broadcasts import BroadcastDraft, announce_broadcast
from supporters.signup.rush.models import SignupHold
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

pytestmark = pytest.mark.either_database


def test_nothing_is_held(app: Flask) -> None:
    assert (look_at_rush().state, look_at_rush().words) == ("right", "Not held.")


def test_held_emails_are_bad_and_say_who_decides(app: Flask) -> None:
    request_to_join("camille@example.org", make_list())
    now = clock.now()
    with transaction():
        db.session.add(SignupHold(id=new_id(now), began_at=now, counted=400, most=300))
    found = look_at_rush()
    assert found.state == "wrong"
    assert "1 wait, because 400 within five minutes" in found.words
    assert "An owner decides in the console" in found.words


def test_an_event_is_named_while_it_lasts(app: Flask) -> None:
    now, mailing_list, owner = clock.now(), make_list(), make_owner()
    for name, starts_in in (("Rally in Lyon", -1), ("Rally in Lille", 5)):
        begin = now + timedelta(hours=starts_in)
        draft = BroadcastDraft(
            name=name,
            mailing_list_id=mailing_list.id,
            begins_at=begin,
            ends_at=begin + timedelta(hours=2),
            factor=10,
        )
        announce_broadcast(draft, owner.id)
    assert look_at_rush().words == "Not held. Events that raise the limits now: Rally in Lyon."
