"""The emails of a list leave with its sender, as it was when their message was frozen."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from flask import Flask

from supporters.campaigns.models import CampaignVersion
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import launch_campaign
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.previews import send_test
from supporters.extensions import queue
from supporters.lists.list_sender import ListSender, change_sender
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approved, make_approver
from tests.factories.campaigns import ANNA, RecordingTransport, reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import begins_with
from tests.servers.relay import Received, Relay

ORGANISER = "org@parti.example"
NAME, REPLY_TO = "Camille “Cam” Dupont, l’équipe de Lyon", "lyon@parti.example"


def make_it(_app: Flask) -> int:
    """Make a list with a person and a sender of its own; return its id."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    change_sender(mailing_list.id, ListSender(name=NAME, reply_to=REPLY_TO))
    return mailing_list.id


pytestmark = begins_with(make_it)


@pytest.fixture
def lyon(app: Flask, prepared: int) -> MailingList:
    return get_list(prepared)


def approved(mailing_list: MailingList) -> CampaignVersion:
    campaign = make_campaign(mailing_list)
    return make_approved(campaign.id, make_organiser(), make_approver())


def assert_comes_from_the_list(app: Flask, mail: Received) -> None:
    # The parser of structured headers would put spaces between encoded words.
    name, address = parseaddr(" ".join(message_from_bytes(mail.raw)["From"].split()))
    assert str(make_header(decode_header(name))) == NAME
    assert address == app.extensions["settings"].mail_from
    assert mail.message["Reply-To"] == REPLY_TO
    for part in map(mail.part, ("plain", "html")):
        assert app.extensions["settings"].party_contact not in part
        assert app.extensions["settings"].party_name in part  # REQ-7: the party stays named


def test_a_campaign_has_the_sender_of_its_list_in_its_bytes(app: Flask, lyon: MailingList) -> None:
    version = approved(lyon)
    launch_campaign(version.campaign_id)
    transport = RecordingTransport()
    send_here(transport)
    ((_recipient, content),) = transport.taken
    mail = Received("", "", content)
    assert_comes_from_the_list(app, mail)
    assert mail.message["List-Owner"] == f"<mailto:{REPLY_TO}>"


def test_a_later_sender_changes_no_frozen_message(app: Flask, lyon: MailingList) -> None:
    version = approved(lyon)
    change_sender(lyon.id, ListSender(name="Autre", reply_to="autre@parti.example"))
    frozen = read_campaign(reload(version.campaign_id))
    assert (frozen.sender.name, frozen.sender.reply_to) == (NAME, REPLY_TO)
    assert frozen.serialise() == version.content
    assert read_campaign(make_campaign(lyon)).sender.name == "Autre"


def test_tests_and_confirmations_have_the_sender_too(
    app: Flask, lyon: MailingList, relay: Relay
) -> None:
    queue.run_all()
    send_due_emails()
    relay.reset()
    assert send_test(make_campaign(lyon), make_organiser(ORGANISER).id) is None
    request_to_join("boris@example.org", lyon)
    request_to_join("chloe@example.org", make_list("nord", "Nord"), lyon)
    queue.run_all()
    send_due_emails()
    assert_comes_from_the_list(app, relay.mails_to(ORGANISER)[-1])
    (confirmation,) = relay.mails_to("boris@example.org")
    assert_comes_from_the_list(app, confirmation)
    assert confirmation.part("plain").rstrip().endswith(REPLY_TO)
    (other,) = relay.mails_to("chloe@example.org")  # from the page of the other list
    assert other.message["Reply-To"] == app.extensions["settings"].party_contact
