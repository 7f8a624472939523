"""Only the approval of a second owner creates invitations; the database enforces it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accounts.second_person import SecondPersonFault
from supporters.actors import Actor, ActorKind, acting_as
from supporters.database import db, transaction
from supporters.imports.import_approval import (
    ApproveResult,
    ImportControlResult,
    approve_import,
    cancel_import,
    request_approval,
)
from supporters.imports.models import ImportStatus, InvitationStatus
from supporters.lists.mailing_lists import close_list
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import object_by_address
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import hold_since, make_organiser, make_owner
from tests.factories.imports import (
    APPROVER,
    IMPORTER,
    checked,
    count_parts,
    csv_of,
    invitations,
    invited,
    national,
    owner,
    process_file,
    reload,
    waiting,
)
from tests.factories.rows import count_rows

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

TWO = csv_of("anne@example.org,Zoé,en", "boris@example.org,,")


def test_the_importer_can_not_approve() -> None:
    import_id = waiting(TWO)
    assert approve_import(import_id, owner(IMPORTER).id) is ApproveResult.OWN_IMPORT
    assert (reload(import_id).status, invitations()) == (ImportStatus.WAITING, [])


def test_a_second_self_of_the_importer_can_not_approve() -> None:
    """The attack: an owner invites another mailbox of theirs as an owner, and approves with it."""
    import_id, importer = waiting(TWO), owner(IMPORTER)
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=importer.id)):
        puppet = make_owner("moi-meme@evil.example")
    assert approve_import(import_id, puppet.id) is SecondPersonFault.INVITED_BY_INITIATOR
    assert (reload(import_id).status, invitations()) == (ImportStatus.WAITING, [])


def test_an_owner_of_yesterday_can_not_approve() -> None:
    import_id, other = waiting(TWO), owner(APPROVER)
    hold_since(other, clock.now() - timedelta(days=1))
    assert approve_import(import_id, other.id) is SecondPersonFault.TOO_NEW


def test_nobody_approves_the_import_of_an_owner_whom_they_just_invited() -> None:
    inviter = owner(APPROVER)
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=inviter.id)):
        puppet = make_owner(IMPORTER)
    hold_since(puppet, clock.now() - timedelta(hours=1))
    fault = approve_import(waiting(TWO), inviter.id)
    assert fault is SecondPersonFault.INVITED_THE_INITIATOR


@pytest.mark.both_databases
def test_the_database_rejects_the_importers_own_approval() -> None:
    import_id = waiting(TWO)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            text("UPDATE list_import SET approved_by_id = imported_by_id WHERE id = :id"),
            {"id": import_id},
        )


@pytest.mark.both_databases
def test_the_database_rejects_an_invitation_without_an_approval() -> None:
    import_id = waiting(TWO)
    for approver in (owner(IMPORTER).id, owner(APPROVER).id, None):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(
                text(
                    "INSERT INTO invitation (id, import_id, approved_by_id, status, address,"
                    " address_mac, language) VALUES (1, :id, :by, 'waiting', 'a@b.fr', :mac, 'fr')"
                ),
                {"id": import_id, "by": approver, "mac": b"m"},
            )


def test_only_an_active_owner_can_approve() -> None:
    import_id, other = waiting(TWO), owner(APPROVER)
    assert approve_import(import_id, make_organiser().id) is ApproveResult.NOT_AN_OWNER
    disable_organiser(other.id)
    assert approve_import(import_id, other.id) is ApproveResult.NOT_AN_OWNER
    assert approve_import(import_id, 404) is ApproveResult.NOT_AN_OWNER


@pytest.mark.parametrize("status", ["checked", "approved"])
def test_only_a_waiting_import_can_be_approved_and_only_once(status: str) -> None:
    import_id = checked(TWO) if status == "checked" else waiting(TWO)
    if status == "approved":
        approve_import(import_id, owner(APPROVER).id)
    assert approve_import(import_id, owner(APPROVER).id) is ApproveResult.NOT_NOW


def test_an_import_with_nobody_to_invite_can_not_wait_for_approval() -> None:
    assert request_approval(checked(csv_of("info@example.org,,"))) is ApproveResult.NOBODY


def test_an_import_for_a_closed_list_is_not_approved() -> None:
    import_id = waiting(TWO)
    close_list(national().id)
    assert approve_import(import_id, owner(APPROVER).id) is ApproveResult.LIST_CLOSED


def test_approval_creates_an_invitation_per_eligible_row_and_deletes_the_file() -> None:
    import_id = invited(TWO)
    assert [(each.address, each.given_name, each.language) for each in invitations()] == [
        ("anne@example.org", "Zoé", "en"),
        ("boris@example.org", None, "fr"),
    ]
    assert reload(import_id).status is ImportStatus.ASKING
    assert count_parts() == 0


@pytest.mark.both_databases
def test_a_hundred_imported_addresses_make_nobody_mailable_and_send_no_email() -> None:
    import_id = invited(
        csv_of(*(f"p{number}@example.org" for number in range(100)), header="email")
    )
    assert {each.status for each in invitations()} == {InvitationStatus.WAITING}
    assert reload(import_id).invited == 100
    for table in (Subscriber, Subscription):
        assert count_rows(table) == 0
    to_the_team = [EmailKind.TEAM_INVITATION, EmailKind.SECURITY_NOTICE]
    letters = select(func.count()).where(OutboxEmail.kind.not_in(to_the_team))
    assert db.session.scalar(letters) == 0


@pytest.mark.both_databases
def test_people_who_object_between_the_dry_run_and_the_approval_are_not_invited() -> None:
    import_id = waiting(TWO)
    object_by_address(address_mac("anne@example.org"))
    approve_import(import_id, owner(APPROVER).id)
    process_file(import_id)
    assert [each.address for each in invitations()] == ["boris@example.org"]
    assert reload(import_id).skipped == 1


def test_two_imports_of_the_same_people_invite_each_person_once() -> None:
    first, second = waiting(TWO), waiting(csv_of("anne@example.org,,", "chloe@example.org,,"))
    for import_id in (first, second):
        approve_import(import_id, owner(APPROVER).id)
        process_file(import_id)
    assert [each.address for each in invitations()] == [
        "anne@example.org",
        "boris@example.org",
        "chloe@example.org",
    ]


def test_cancelling_an_import_deletes_the_unsent_invitations() -> None:
    import_id = invited(TWO)
    assert cancel_import(import_id) is ImportControlResult.DONE
    assert (invitations(), cancel_import(import_id)) == ([], ImportControlResult.NOT_NOW)
