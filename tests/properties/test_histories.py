"""In every order of acts and times, mail goes only to people who confirmed.

Hypothesis generates histories. After each step the tables are compared with a plain model of
the consents. Each message is checked when it leaves.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import settings as hypothesis_settings, strategies as st
from hypothesis.stateful import Bundle, initialize, multiple, rule, run_state_machine_as_test

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.consent.models import Method
from supporters.consent.queries import find_current_wording
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import LaunchError
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.rules import LEASE, REVOCATION_GRACE
from supporters.imports.invitation_answers import accept_invitation, decline_invitation
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import (
    object_by_address,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.people.addresses import address_mac, parse_address
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_address
from supporters.personal_data.restriction import restrict_person
from supporters.signup.confirmation import ConfirmedSignup
from supporters.signup.form_counts import purge_expired_requests
from supporters.smtp_relay.transport import RelayReply
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import ACCEPTED, DEFERRED, claim
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.faults.form import IS_LONG
from tests.properties.checked_transport import TABLES, CheckingTransport
from tests.properties.consents import Asked, Invited, Model
from tests.properties.invitations import invite
from tests.properties.signup_steps import ADDRESSES, Signups

HISTORIES = 36
START = datetime(2026, 11, 24, 12, tzinfo=UTC)
LISTS = st.sampled_from(["national", "lyon"])
MEANWHILE = st.sampled_from(["leave_everything", "object", "leave_and_come_back"])
REPLIES = st.sampled_from([ACCEPTED, DEFERRED])
HOURS = st.sampled_from([1, 25, 73])


class Histories(Signups):
    """One history of a party, on the database that the test runs on."""

    asks = Signups.asks
    invitations = Bundle("invitations")

    def __init__(self) -> None:
        super().__init__()
        with transaction():
            db.session.execute(db.text("UPDATE delivery_control SET next_slot_at = NULL"))
            for table in TABLES:
                db.session.execute(db.text(f"DELETE FROM {table}"))
        db.session.expunge_all()
        self.travel = time_machine.travel(START, tick=False)
        self.time = self.travel.start()
        self.lists = {slug: make_list(slug, slug.title()).id for slug in ("national", "lyon")}
        self.model = Model()
        self.all_asks: list[Asked] = []

    def teardown(self) -> None:
        """Advance the time."""
        self.travel.stop()

    @initialize(target=asks)
    def begin(self) -> Asked:
        """A person is on both lists already."""
        asked = self.sign_up("anna@example.org", ("national", "lyon"))
        self.confirm_by_link(asked)
        return asked

    @rule(address=ADDRESSES, slug=LISTS)
    def leave_by_one_click(self, address: str, slug: str) -> None:
        """The reader's mail program unsubscribes from one list."""
        unsubscribe_from_list(self._person(address), self.lists[slug], Method.ONE_CLICK)
        self.model.leave(address.lower(), slug)

    @rule(target=asks, address=ADDRESSES, slug=LISTS)
    def leave_and_come_back(self, address: str, slug: str) -> Asked:
        """The person changes their mind, perhaps while a campaign is being sent."""
        self.leave_by_one_click(address, slug)
        asked = self.sign_up(address, (slug,))
        self.confirm_by_link(asked)
        return asked

    @rule(address=ADDRESSES)
    def leave_everything(self, address: str) -> None:
        unsubscribe_from_every_list(self._person(address), Method.PAGE)
        self.model.leave(address.lower(), *self.lists)

    @rule(address=ADDRESSES)
    def object(self, address: str) -> None:
        """An organiser records an objection, perhaps of an unknown person."""
        object_by_address(address_mac(address.lower()))
        self.model.object(address.lower())

    @rule(address=ADDRESSES)
    def erase(self, address: str) -> None:
        """All data of an address is erased."""
        erase_address(
            parse_address(address),
            ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER),
        )
        self.model.erase(address.lower())
        for each in self.all_asks:
            if each.key == address.lower():
                each.is_gone = True
                each.gave.clear()

    @rule(address=ADDRESSES)
    def restrict(self, address: str) -> None:
        """A person restricts their data; their next confirmation lifts it."""
        if restrict_person(self._person(address), Method.MY_DATA):
            self.model.restricted.add(address.lower())

    @rule(target=invitations, address=ADDRESSES)
    def take_in_a_former_list(self, address: str) -> Any:
        """A former list is imported; its person gets one invitation, if eligible."""
        self.seen["imports"] += 1
        invitation = invite(address, number=self.seen["imports"])
        return multiple() if invitation is None else invitation

    @rule(address=ADDRESSES, slug=LISTS)
    def say_yes_at_once_and_get_a_campaign(self, address: str, slug: str) -> None:
        """A person of a former list answers the invitation."""
        self.seen["imports"] += 1
        invitation = invite(address, number=self.seen["imports"])
        if invitation is not None:
            self.say_yes_to_an_invitation(invitation)
        self.write_to_a_list(slug, ACCEPTED)

    @rule(invitation=invitations)
    def say_yes_to_an_invitation(self, invitation: Invited) -> None:
        """The holder accepts the invitation, perhaps again, perhaps too late."""
        key, yes_url, _ = invitation
        wording = find_current_wording(get_list(self.lists["national"]).purpose_id, "fr")
        assert wording is not None
        outcome = accept_invitation(yes_url.rpartition("/")[2], wording)
        if isinstance(outcome, ConfirmedSignup) and (key, "national") not in self.model.consents:
            self.model.confirm(key, ("national",))
            self.seen["accepted"] += 1

    @rule(invitation=invitations)
    def say_never_to_an_invitation(self, invitation: Invited) -> None:
        """The holder refuses all mail."""
        key, _, no_more_url = invitation
        if decline_invitation(no_more_url.rpartition("/")[2]):
            self.model.object(key)

    def _person(self, address: str) -> int:
        found = find_subscriber_by_key(address.lower())
        return found.id if found else 0

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.time.shift(timedelta(hours=hours))

    @rule()
    def purge(self) -> None:
        purge_expired_requests(clock.now())
        for each in self.all_asks:
            each.is_gone |= each.is_expired(clock.now())

    @rule(slug=LISTS)
    def launch(self, slug: str) -> None:
        """An organiser launches a campaign to the subscribers of a list, if there are any."""
        slug = next((each for each in (slug, *self.lists) if self.model.on_list(each)), slug)
        campaign = make_campaign(get_list(self.lists[slug]))
        outcome = launch_ready(campaign.id)
        audience = self.model.on_list(slug)
        self.model.audiences[campaign.id] = (slug, audience)
        assert isinstance(outcome, Campaign) or (outcome, audience) == (LaunchError.NOBODY, {})

    @rule(reply=REPLIES)
    def send(self, reply: RelayReply) -> None:
        """Workers send the due messages."""
        checking = CheckingTransport(self.model, reply)
        send_here(checking)
        self.seen["sent"] += len(checking.taken)

    @rule(slug=LISTS, reply=REPLIES)
    def write_to_a_list(self, slug: str, reply: RelayReply) -> None:
        """A campaign is launched and sent at once."""
        self.launch(slug)
        self.send(reply)

    @rule(address=ADDRESSES, slug=LISTS, meanwhile=MEANWHILE)
    def change_while_a_campaign_is_on_its_way(
        self, address: str, slug: str, meanwhile: str
    ) -> None:
        """An act happens between the launch and the sending."""
        self.launch(slug)
        if meanwhile == "leave_everything":
            self.leave_everything(address)
        elif meanwhile == "object":
            self.object(address)
        else:
            self.leave_and_come_back(address, slug)
        self.send(ACCEPTED)

    @rule()
    def lose_a_worker(self) -> None:
        """A worker claims messages and dies."""
        for campaign_id in self.model.audiences:
            claim(campaign_id, "lost")
        for waited in (LEASE + timedelta(seconds=1), 2 * REVOCATION_GRACE):
            self.time.shift(waited)
            repair_ledger(clock.now())


@pytest.mark.both_databases
def test_in_every_history_mail_goes_only_to_who_confirmed(app: Flask, database: str) -> None:
    Histories.seen = Counter()
    share = 1 if IS_LONG or database == "sqlite" else 4  # of the histories that are tried
    run_state_machine_as_test(
        Histories,
        settings=hypothesis_settings(
            max_examples=HISTORIES // share,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            print_blob=True,
        ),
    )
    assert Histories.seen["confirmed"] > 20 / share
    assert Histories.seen["sent"] > 20 / share
    if share == 1:  # a quarter of the histories may have none of these
        assert min(Histories.seen[each] for each in ("accepted", "union", "refused")) > 2
