"""A party with an honest past: the state that each attack begins with, and what others kept of it.

Anna left, Boris and Chloé are on the list and got a campaign, Denis asked and never confirmed. The
tools of others have what they saw before the attack: a checkpoint, a witness's tree, receipts.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.promised.act_lookup import find_event_act
from supporters.consent.promised.promises import sign_act_link
from supporters.consent.receipts import make_receipt
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.sealed_ledgers.ledger_sealing import seal_ended_ledgers
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.models import Subscriber
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_verifier
from tests.factories.approvals import allow_alone, make_ready
from tests.factories.campaigns import ANNA, BORIS, CHLOE, RecordingTransport, launch, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.exports import export
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber_with_snapshot, request_to_join

DENIS, EMILE = "denis@example.org", "emile@example.org"
HOUR = timedelta(hours=1)
PAGE = "<!DOCTYPE html><title>La Lettre</title><p>Comme montrée</p>"
Receipt = dict[str, Any]


@dataclass
class Party:
    """The party, and what others kept. Attacks fill in the rest.

    `promises` are those that people got who left. `clock` is what the keeper set the clock of the
    sealer to. `claimed` is the address of a person
    whose consent the keeper claims, `shown` a receipt that the keeper shows and the log lacks.
    """

    list_id: int
    sent_id: int
    draft_id: int
    receipts: dict[int, Receipt]
    checkpoint: str
    size: int
    root: bytes
    verifier_key: str
    clock: datetime | None = None
    claimed: str = ""
    shown: Receipt | None = None
    promises: list[Receipt] = field(default_factory=list)

    @property
    def mailing_list(self) -> MailingList:
        """The list of the party."""
        return db.session.get_one(MailingList, self.list_id)


def make_party(_app: Flask) -> Party:
    """Make the honest past."""
    with clock.pretend(clock.now() - 5 * HOUR):
        mailing_list = make_list()
        allow_alone()
        for address in (ANNA, BORIS):
            make_subscriber_with_snapshot(address, mailing_list, PAGE)
        seal()
    with clock.pretend(clock.now() - 2 * HOUR):
        unsubscribe_from_list(subscriber_at(ANNA).id, mailing_list.id, Method.PAGE)
        seal()
    make_subscriber_with_snapshot(CHLOE, mailing_list, PAGE)
    sent_id = launch(mailing_list)
    send_here(RecordingTransport())
    seal_ended_ledgers()
    export(mailing_list)
    draft_id = make_campaign(mailing_list, "Samedi", "La réunion est jeudi.").id
    make_ready(draft_id)
    seal()
    request_to_join(DENIS, mailing_list)
    seal()
    party = _describe(mailing_list.id, sent_id=sent_id, draft_id=draft_id)
    party.promises.append(promise_to(ANNA))
    return party


def _describe(list_id: int, *, sent_id: int, draft_id: int) -> Party:
    newest = find_latest_checkpoint()
    assert newest is not None
    return Party(
        list_id=list_id,
        sent_id=sent_id,
        draft_id=draft_id,
        receipts={
            event_of(each).id: receipt_of(subscriber_at(each)) for each in (ANNA, BORIS, CHLOE)
        },
        checkpoint=newest.checkpoint,
        size=newest.size,
        root=newest.root,
        verifier_key=log_verifier().as_text(),
    )


def event_of(address: str, kind: EventKind = EventKind.CONFIRMED) -> ConsentEvent:
    """Return the newest event of a kind of a person."""
    return db.session.scalars(
        db.select(ConsentEvent)
        .where(ConsentEvent.subscriber_id == subscriber_at(address).id, ConsentEvent.kind == kind)
        .order_by(ConsentEvent.id.desc())
        .limit(1)
    ).one()


def receipt_of(person: Subscriber) -> Receipt:
    """Return the receipt of a person's confirmation, as its file has it."""
    made = make_receipt(event_of(person.address), log_salt=person.log_salt, name="La Lettre")
    assert made is not None
    found: Receipt = json.loads(json.dumps(made))
    return found


def promise_to(address: str) -> Receipt:
    """Return the promise that a person got who left, as its file has it."""
    act = find_event_act(event_of(address, EventKind.WITHDRAWN).id)
    assert act is not None
    path = f"/en/receipt/{sign_act_link(act)}/promise.json"
    found: Receipt = current_app.test_client().get(path).get_json()
    return found
