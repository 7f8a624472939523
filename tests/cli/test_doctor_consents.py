"""`flask doctor` finds people on a list without a valid consent, and triggers that are gone."""

import pytest
from flask import Flask

from tests.cli.test_doctor import examine
from tests.factories.campaigns import ANNA
from tests.factories.consent.tampering import drop_triggers, invent_subscriber
from tests.factories.lists import make_list

pytestmark = pytest.mark.both_databases


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
