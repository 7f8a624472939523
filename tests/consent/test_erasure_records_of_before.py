"""Erasures and exports of the earlier version stay valid; later ones of that form are invalid."""

from datetime import timedelta
from typing import cast

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import Table

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import backfill_some, seal
from supporters.consent.record_forms import describe_erasure, describe_export
from supporters.consent.record_models import Disclosure, Erasure, ErasureReason
from supporters.database import db, transaction
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.list_exports import disclose_list
from supporters.transparency_log.log_records import OPEN_KEY, add_entry
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.tree_sealing import seal_entries
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.transparency_log.tampered_logs import rows_of

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def use_open_key(erasure_id: int) -> None:
    """Give an erasure the entry that the earlier version made."""
    with transaction():
        erasure = db.session.get_one(Erasure, erasure_id)
        entry = db.session.get_one(LogEntry, ("erased", erasure_id))
        entry.commitment = describe_erasure(erasure, key=OPEN_KEY).commitment


def upgrade_again() -> None:
    """Downgrade the database to the earlier version, and upgrade it again."""
    db.session.remove()
    downgrade(revision="0023")
    upgrade()


def erase_one(address: str) -> int:
    """Erase a new person; return the erasure's id."""
    person = make_subscriber(address, make_list(address[:4], address))
    erase_person(person.id, ErasureOrder(reason=ErasureReason.ASKED))
    db.session.remove()
    return max(row["id"] for row in rows_of(cast(Table, Erasure.__table__)))


@pytest.mark.parametrize("is_sealed", [True, False])
def test_erasures_of_the_earlier_version_stay_valid_after_an_upgrade(is_sealed: bool) -> None:
    first = erase_one(ANNA)
    use_open_key(first)
    if is_sealed:
        seal_entries(backfill=backfill_some, list_rejected=dict)  # that version rejected none
    upgrade_again()
    with clock.pretend(clock.now() + timedelta(days=2)):
        seal()
        assert verify(clock.now()).faults == []


def test_an_erasure_of_the_earlier_form_is_invalid_days_later() -> None:
    use_open_key(erase_one(ANNA))
    upgrade_again()
    seal()
    with clock.pretend(clock.now() + timedelta(days=2)):
        late = erase_one(BORIS)
        use_open_key(late)
        seal()
        assert any(f"erased {late}" in str(each) for each in verify(clock.now()).faults)


def test_an_export_of_the_earlier_version_stays_valid() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    disclose_list(mailing_list.id, asked_by="owner@parti.example", reason="For the file")
    with transaction():
        export = db.session.scalars(db.select(Disclosure)).one()
        entry = db.session.get_one(LogEntry, ("exported", export.id))
        db.session.delete(entry)
        add_entry(describe_export(export, kind="disclosed"))
    seal()
    assert verify(clock.now()).faults == []
