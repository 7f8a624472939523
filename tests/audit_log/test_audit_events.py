"""The audit log: each act is recorded with its actor, sealed, and can't be altered unseen."""

import json

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.actors import WORKER, Actor, ActorKind, acting_as, current_actor
from supporters.audit.log_verification import verify
from supporters.audit_log.audit_events import (
    AUDITED,
    Act,
    AuditEvent,
    network_mac,
    record_act,
    record_team_act,
)
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.networks import network_of
from supporters.submodules import DeclarationError, index_members
from supporters.team.accounts import disable_organiser, grant_right
from supporters.team.acts import TeamAct
from supporters.transparency_log.models import LogEntry
from tests.factories.accounts import csrf_token_on, make_organiser, make_owner, sign_in

pytestmark = pytest.mark.either_database


class UnknownAct(Act):
    """An act that the application does not know: tests declare nothing for it."""

    STOPPED = "sending.stopped", _("%(actor)s stopped something.")


def events() -> list[AuditEvent]:
    return [*db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


@pytest.mark.both_databases
def test_an_act_of_a_page_is_recorded_with_the_account_and_its_network(app: Flask) -> None:
    owner, other = make_owner(), make_organiser()
    client = sign_in(app, owner)
    before = len(events())
    token = csrf_token_on(client, "/console/organisers")
    client.post(f"/console/organisers/{other.id}/disable", data={"csrf_token": token})
    (event,) = events()[before:]
    assert (event.act, event.object_id) == (TeamAct.ACCOUNT_DISABLED.value, other.id)
    assert (event.actor_kind, event.account_id) == (ActorKind.ACCOUNT, owner.id)
    assert event.network_mac == network_mac("127.0.0.0/24")


def test_an_act_of_a_command_is_recorded_with_the_user_of_the_shell(app: Flask) -> None:
    make_owner()
    other = make_organiser()
    result = app.test_cli_runner().invoke(args=["organisers", "disable", other.email])
    assert result.exit_code == 0, result.output
    event = events()[-1]
    assert event.actor_kind is ActorKind.COMMAND
    assert event.actor_name


@pytest.mark.both_databases
def test_with_sudo_the_person_is_recorded_and_not_the_user_of_the_service(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")
    assert app.test_cli_runner().invoke(args=["delivery", "stop"]).exit_code == 0
    assert (events()[-1].act, events()[-1].actor_name) == ("sending.stopped", "anna")


def test_an_act_without_a_request_or_a_command_is_of_the_worker(app: Flask) -> None:
    assert current_actor() is WORKER


def test_a_right_is_recorded_with_its_name(app: Flask) -> None:
    other = make_organiser()
    grant_right(other.id, RoleName.EXPORTER)
    assert json.loads(events()[-1].details) == {"right": RoleName.EXPORTER.value}


def test_nothing_is_recorded_of_an_act_that_fails(app: Flask) -> None:
    owner = make_owner()
    before = len(events())
    disable_organiser(owner.id)
    assert len(events()) == before


def test_it_is_recorded_in_the_transaction_of_the_act(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        record_act(TeamAct.ACCOUNT_ENABLED, 1)


@pytest.mark.both_databases
def test_events_are_sealed_and_an_altered_one_is_found(app: Flask) -> None:
    with acting_as(Actor(ActorKind.COMMAND, name="anna")), transaction():
        event = record_act(TeamAct.ACCOUNT_ENABLED, 7)
    assert seal()
    assert verify(clock.now()).faults == []
    with transaction():
        db.session.get_one(AuditEvent, event.id).actor_name = "boris"
    (fault,) = verify(clock.now()).faults
    assert (fault.table, fault.row) == ("audit_event", f"audited {event.id}")


@pytest.mark.both_databases
def test_a_deleted_event_is_found(app: Flask) -> None:
    with transaction():
        event = record_act(TeamAct.ACCOUNT_ENABLED, 7)
    seal()
    with transaction():
        db.session.delete(db.session.get_one(AuditEvent, event.id))
    assert ["its row is missing" in each.what for each in verify(clock.now()).faults] == [True]


def test_an_event_without_an_entry_is_found(app: Flask) -> None:
    with transaction():
        event = record_act(TeamAct.ACCOUNT_ENABLED, 7)
        db.session.flush()
        db.session.delete(db.session.get_one(LogEntry, (AUDITED, event.id)))
    (fault,) = verify(clock.now()).faults
    assert (fault.table, fault.row) == ("audit_event", f"audited {event.id}")


@pytest.mark.parametrize(
    ("actor", "is_recorded"),
    [
        (Actor(ActorKind.ACCOUNT), True),
        (Actor(ActorKind.COMMAND, name="anna"), True),
        (Actor(ActorKind.VISITOR, address="203.0.113.0/24"), False),
        (WORKER, False),
    ],
)
def test_an_act_of_the_team_is_of_an_account_or_a_command(
    app: Flask, actor: Actor, *, is_recorded: bool
) -> None:
    with acting_as(actor), transaction():
        assert (record_team_act(DeliveryAct.SENDING_STOPPED) is not None) is is_recorded


def test_a_browser_is_known_by_its_network(app: Flask) -> None:
    cases = [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2ff:3::4", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("nonsense", "unknown"),
    ]
    faults = [address for address, network in cases if network_of(address) != network]
    assert not faults


def test_two_features_that_declare_one_act_are_named() -> None:
    with pytest.raises(DeclarationError, match=r"SENDING_STOPPED and UnknownAct.STOPPED"):
        index_members([DeliveryAct, UnknownAct])


def test_an_act_that_no_feature_declared_is_not_recorded(app: Flask) -> None:
    with pytest.raises(DeclarationError, match="was not collected"), transaction():
        record_act(UnknownAct.STOPPED)
    assert not events()
