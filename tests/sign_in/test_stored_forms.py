"""Kept forms: they outlive a change of keys, any script fits, and only the newest ones stay."""

import dataclasses

import pytest

from supporters import clock, create_app
from supporters.accounts.models import Organiser, StoredForm
from supporters.config import Settings
from supporters.database import db
from supporters.sign_in.stored_forms import (
    MOST_STORED,
    FormInput,
    StoringReason,
    find_stored_form,
    store_form,
)
from tests.factories.rows import count_rows

pytestmark = pytest.mark.either_database

NEW = "/console/campaigns/new"
WORDS = "Cinq cents mots, écrits en une heure."


def test_another_process_with_newer_keys_gives_the_text_back(
    settings: Settings, organiser: Organiser
) -> None:
    kept = FormInput(NEW, StoringReason.SESSION_OVER, [("body", WORDS)])
    kept_id = store_form(organiser.id, kept, clock.now())
    rotated = dataclasses.replace(settings, secret_keys=("n" * 40, *settings.secret_keys))
    with create_app(rotated).app_context():
        found = find_stored_form(kept_id or 0, organiser.id, clock.now())
        db.session.remove()
        db.engine.dispose()
    assert found == kept


def test_the_longest_text_is_kept_in_any_script(organiser: Organiser) -> None:
    kept = FormInput(
        NEW, StoringReason.SESSION_OVER, [("body", "\N{ARABIC LETTER ALEF}é" * 50_000)]
    )
    kept_id = store_form(organiser.id, kept, clock.now())
    assert find_stored_form(kept_id or 0, organiser.id, clock.now()) == kept


def test_an_account_keeps_only_its_newest_forms(organiser: Organiser) -> None:
    for number in range(MOST_STORED + 3):
        fields = [("body", str(number))]
        store_form(organiser.id, FormInput(NEW, StoringReason.SESSION_OVER, fields), clock.now())
    assert count_rows(StoredForm) == MOST_STORED
