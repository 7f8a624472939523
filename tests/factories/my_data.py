"""Opens "My data" on the real pages, with the link in the email."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.cases.current_consents import list_sentences_of
from supporters.cases.models import AddressChange
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.database import db
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.my_data.address_change import (
    AddressChangeResult,
    ConfirmedSentences,
    change_address,
    find_address_change,
)
from supporters.my_data.my_data_links import answer_waiting_requests, request_my_data_link
from supporters.people.addresses import parse_address, rate_mac
from tests.factories.signups import values_in
from tests.web.public.pages import hidden_values, press

MY_DATA = "/fr/my-data"
OVERVIEW = f"{MY_DATA}/overview"


def request_my_data(client: FlaskClient, address: str) -> TestResponse:
    """Send the form that requests the email, and let a worker answer."""
    fields = hidden_values(client.get(MY_DATA).text)
    answer = client.post(MY_DATA, data={**fields, "email": address})
    answer_waiting_requests()
    return answer


def send_access_link(address: str, language: str = "fr") -> None:
    """Request the email without a page, and let a worker answer."""
    request_my_data_link(parse_address(address), language)
    answer_waiting_requests()


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send fields as a form of the open page would, with its CSRF token."""
    html = client.get(OVERVIEW, follow_redirects=True).text
    return client.post(path, data={"csrf_token": hidden_values(html)["csrf_token"], **fields})


def emails_to(address: str, kind: EmailKind = EmailKind.MY_DATA) -> list[OutboxEmail]:
    """Return the transactional emails of a kind to a mailbox, oldest first."""
    mailbox = rate_mac(parse_address(address).rate_key)
    db.session.rollback()
    emails = db.select(OutboxEmail).where(OutboxEmail.rate_mac == mailbox, OutboxEmail.kind == kind)
    return [*db.session.scalars(emails.order_by(OutboxEmail.id))]


def path_in(email: OutboxEmail, name: str) -> str:
    """Return the path of a link in an email of the outbox."""
    return str(values_in(email)[name]).removeprefix("http://localhost")


def open_my_data(client: FlaskClient, address: str) -> TestResponse:
    """Request the email, and send the form behind its link."""
    request_my_data(client, address)
    return press(client, path_in(emails_to(address)[-1], "open_url"))


def confirm_address_change(token: str) -> AddressChangeResult:
    """Confirm a change of address from the new mailbox, with all wordings of the page."""
    page_snapshot_id = store_page_snapshot("<h1>Est-ce votre nouvelle adresse ?</h1>", "fr").id
    change = find_address_change(token)
    sentences = list_sentences_of(change.subscriber_id) if isinstance(change, AddressChange) else []
    pressed = ConfirmedSentences(
        wording_ids=[each.wording_id for each in sentences],
        page_url="http://localhost/fr/my-data/new-address/letter",
        page_snapshot_id=page_snapshot_id,
    )
    return change_address(token, pressed)


def confirm_newest_address_change(address: str) -> AddressChangeResult:
    """Confirm a change of address by the newest email."""
    email = emails_to(address, EmailKind.NEW_ADDRESS)[-1]
    return confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])
