"""The dry run tells which rows can't be invited and why, and invites nobody."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import block_signup_mail
from supporters.database import db, transaction
from supporters.imports.import_jobs import process_import
from supporters.imports.invitation_eligibility import HIGHEST, delete_seen_addresses
from supporters.imports.models import ImportSeen, ImportStatus, RejectionReason
from supporters.lists.subscriptions import object_by_address, unsubscribe_from_every_list
from supporters.mail.models import OutboxEmail
from supporters.people.addresses import address_mac
from tests.factories.imports import (
    checked,
    csv_of,
    declared,
    invitations,
    invited,
    national,
    refusals,
    reload,
)
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_each_row_is_rejected_for_its_reason() -> None:
    import_id = checked(
        csv_of(
            "anne@example.org,Anne,fr",
            ",Nobody,fr",
            "not an address,,",
            "Info@example.org,,",
            "ANNE@example.org,,",
            "boris@example.org,,,one too many",
            '"never closed,,',
            "chloe@example.org,Chloé,en",
        )
    )
    assert refusals(import_id) == {
        3: RejectionReason.NO_ADDRESS,
        4: RejectionReason.MALFORMED,
        5: RejectionReason.ROLE,
        6: RejectionReason.TWICE,
        7: RejectionReason.TOO_MANY_COLUMNS,
        8: RejectionReason.UNREADABLE,
    }
    found = reload(import_id)
    assert (found.status, found.rows, found.fitting) == (ImportStatus.CHECKED, 8, 2)
    assert sum(found.refusals.values()) == 6


def test_an_objection_and_an_earlier_invitation_have_the_same_reason() -> None:
    invited(csv_of("asked@example.org,,"))
    object_by_address(address_mac("objected@example.org"))
    with transaction():
        block_signup_mail(address_mac("shielded@example.org"), clock.now())
    left = make_subscriber("left@example.org", national())
    unsubscribe_from_every_list(left.id, Method.PAGE)
    import_id = checked(
        csv_of(
            "asked@example.org",
            "objected@example.org",
            "Shielded@example.org",
            "left@example.org",
            "new@example.org",
            "shi.elded@example.org",
            header="email",
        )
    )
    assert refusals(import_id) == dict.fromkeys([2, 3, 4, 5], RejectionReason.MAY_NOT)


def test_subscribers_of_the_list_are_rejected_and_those_of_another_list_are_not() -> None:
    make_subscriber("here@example.org", national())
    make_subscriber("elsewhere@example.org", make_list("lyon", "Lyon"))
    import_id = checked(csv_of("here@example.org", "elsewhere@example.org", header="email"))
    assert refusals(import_id) == {2: RejectionReason.ON_LIST}


def test_an_expired_suppression_rejects_nobody() -> None:
    with transaction():
        block_signup_mail(address_mac("once@example.org"), clock.now() - timedelta(days=366))
    assert refusals(checked(csv_of("once@example.org", header="email"))) == {}


def test_the_dry_run_invites_nobody_and_sends_no_email() -> None:
    checked(csv_of("anne@example.org", header="email"))
    assert db.session.scalars(db.select(OutboxEmail)).all() == []
    assert invitations() == []


def test_the_addresses_that_the_dry_run_saw_are_deleted() -> None:
    checked(csv_of("anne@example.org", "boris@example.org", header="email"))
    assert db.session.scalars(db.select(ImportSeen)).all() == []


@pytest.mark.both_databases
@pytest.mark.parametrize("few", [3, 4])
def test_few_and_many_addresses_are_deleted_but_none_of_another_import(few: int) -> None:
    ours, other = declared(csv_of("a@example.org")), declared(csv_of("b@example.org"))
    with transaction():
        for import_id, fingerprint in (
            *((ours, each) for each in (-HIGHEST, -1, 0, HIGHEST - 1)),
            *((other, each) for each in (-HIGHEST, HIGHEST - 1)),
        ):
            db.session.add(ImportSeen(import_id=import_id, fingerprint=fingerprint))
    delete_seen_addresses(ours, few=few)
    assert {*db.session.scalars(db.select(ImportSeen.import_id))} == {other}
    assert len(db.session.scalars(db.select(ImportSeen.fingerprint)).all()) == 2


def test_rows_of_many_batches_are_all_checked_once() -> None:
    rows = [f"p{number % 40}@example.org" for number in range(60)]
    import_id = declared(csv_of(*rows, header="email"))
    assert len([*process_import(import_id, at_once=7)]) == 10
    assert refusals(import_id) == dict.fromkeys(range(42, 62), RejectionReason.TWICE)
    assert reload(import_id).fitting == 40
