"""A person with every kind of act in the log, by the use cases that record them."""

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.mail.outbox_sender import send_due_emails
from supporters.mailbox_health.reachability import end_unreachable, make_unreachable
from supporters.my_data.address_change import AddressChangeResult, request_address_change
from supporters.my_data.unsubscription_undo import undo_unsubscription
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import lift_restriction, restrict_person
from tests.factories.campaigns import RecordingTransport, launch
from tests.factories.consent.reconfirmation import accept, ask_one, change_meaning, token_in
from tests.factories.corrections import EVIDENCE, press_undo
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_newest_address_change
from tests.factories.signups import ADDRESS, make_subscriber_with_snapshot

NEW_ADDRESS = "camille@example.net"
SUBJECT = "Des nouvelles de samedi"
PAGE = "<!DOCTYPE html><title>La Lettre</title><p>Comme montrée</p>"


def make_person_with_every_act() -> Subscriber:
    """Return a person who joined, left, came back, moved, joined again and objected."""
    national = make_list()
    person_id = make_subscriber_with_snapshot(ADDRESS, national, PAGE).id
    send_due_emails()
    launch(national, SUBJECT)
    send_here(RecordingTransport())
    changed = change_meaning(national)
    accept(token_in(ask_one(_get(person_id), changed.id)), changed.id)
    unsubscribe_from_list(person_id, national.id, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(person_id, national.id, press_undo())
    restrict_person(person_id, Method.MY_DATA)
    lift_restriction(person_id, Method.MY_DATA)
    with transaction():
        make_unreachable([(_get(person_id), BounceClass.NO_MAILBOX)], clock.now())
    with transaction():
        end_unreachable([_get(person_id)], Method.LINK, clock.now())
    request_address_change(person_id, parse_address(NEW_ADDRESS), "fr")
    assert confirm_newest_address_change(NEW_ADDRESS) is AddressChangeResult.DONE
    make_subscriber_with_snapshot(NEW_ADDRESS, make_list("local", "La Lettre locale"), PAGE)
    send_due_emails()
    object_to_everything(person_id)
    return _get(person_id)


def _get(person_id: int) -> Subscriber:
    return db.session.get_one(Subscriber, person_id)
