"""`flask doctor` tells held emails, events, people without a valid consent, missing triggers."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.cli.capacity_findings import look_at_rush
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.signup.rush.announced_broadcasts import BroadcastDraft, announce_broadcast
from supporters.signup.rush.models import SignupHold
from tests.cli.test_doctor import examine
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA
from tests.factories.consent.tampering import drop_triggers, invent_subscriber
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

pytestmark = pytest.mark.both_databases


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


def test_people_without_a_valid_consent_are_bad(app: Flask) -> None:
    invent_subscriber(ANNA, make_list())
    found = examine()["consents"]
    assert found.state == "wrong"
    assert "consent: 1 (left or objected since: 0, not in the consent log: 1)" in found.words


def test_a_dropped_trigger_is_bad(app: Flask) -> None:
    assert examine()["consents"].state == "right"
    drop_triggers()
    found = examine()["consents"]
    assert found.state == "wrong"
    assert "refuse_ended_consent" in found.words
    assert "downgrade" not in found.words  # the next upgrade would seal the birth of the log anew
