"""The owners and the officer are alarmed after 48 and after 72 hours, once each (REQ-139)."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from supporters.accounts.models import Organiser
from supporters.breaches.breach_alarms import alarm_about_breaches
from supporters.breaches.breach_register import dismiss_notification
from supporters.config import Settings
from supporters.mail.models import EmailKind
from tests.factories.accounts import make_dpo, make_organiser, make_owner
from tests.factories.breaches import TITLE, make_breach
from tests.factories.signups import recipient_of, values_in
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import emails

DISCOVERED = datetime(2027, 3, 5, 17, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def make_team(app: Flask) -> list[Organiser]:
    return [make_owner(), make_dpo(), make_organiser()]


pytestmark = [begins_with(make_team), pytest.mark.either_database]


def alarms() -> list[str]:
    """Return the alarms that were written, without their recipients."""
    found = [values_in(email) for email in emails(EmailKind.SECURITY_NOTICE)]
    kinds = [str(each["notice"]) for each in found if each.get("title") == TITLE]
    return [*dict.fromkeys(kinds)]


def test_nobody_is_alarmed_before_48_hours(app: Flask) -> None:
    make_breach(DISCOVERED)
    assert alarm_about_breaches(DISCOVERED + 48 * HOUR - MINUTE) == 0


def test_the_first_alarm_comes_at_48_hours_and_the_second_at_72(app: Flask) -> None:
    make_breach(DISCOVERED)
    hours = (48, 49, 72, 73, 500)
    counts = [alarm_about_breaches(DISCOVERED + number * HOUR) for number in hours]
    assert counts == [1, 0, 1, 0, 0]
    assert alarms() == ["breach_alarm", "breach_overdue"]


def test_a_breach_that_is_recorded_late_has_the_second_alarm_only(app: Flask) -> None:
    make_breach(DISCOVERED)
    alarm_about_breaches(DISCOVERED + 80 * HOUR)
    assert alarms() == ["breach_overdue"]


def test_nobody_is_alarmed_after_the_decision(app: Flask) -> None:
    breach = make_breach(DISCOVERED)
    dismiss_notification(breach.id, "Le fichier était chiffré.")
    assert alarm_about_breaches(DISCOVERED + 100 * HOUR) == 0


def test_the_alarm_goes_to_the_owners_and_the_officer(app: Flask, settings: Settings) -> None:
    make_breach(DISCOVERED)
    alarm_about_breaches(DISCOVERED + 48 * HOUR)
    written = emails(EmailKind.SECURITY_NOTICE)
    told = {recipient_of(email) for email in written if values_in(email).get("title") == TITLE}
    assert told == {settings.dpo_contact, "owner@parti.example", "dpo@parti.example"}
