"""Signs people up on the real page, and reads the confirmation emails."""

from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.lists.models import MailingList, Subscription
from supporters.mail.models import EmailKind, EmailStatus
from supporters.people.models import Subscriber
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, values_in
from tests.web.public.pages import box_values, hidden_values, join

LISTS = ("national", "lyon", "jeunes")


def make_three_lists() -> dict[str, MailingList]:
    """Return three new lists."""
    return {slug: make_list(slug, f"Liste {slug}") for slug in LISTS}


def sign_up(client: FlaskClient, *slugs: str, given_name: str = "", to: str = ADDRESS) -> str:
    """Sign up for lists on the page of the first; return the page that asks for the code."""
    page = f"/fr/join/{slugs[0]}"
    ids = {
        db.session.scalar(select(MailingList.id).where(MailingList.slug == each)) for each in slugs
    }
    offered = box_values(client.get(page).text)
    ticked = {name: value for name, value in offered.items() if int(name.split("_")[1]) in ids}
    answer = join(client, to, page, given_name=given_name, **ticked)
    assert answer.status_code == 303, answer.text
    return answer.location


def emails(address: str = ADDRESS) -> list[dict[str, str]]:
    """Return the values of the confirmation emails of a mailbox, oldest first."""
    queued = emails_to(address, EmailKind.CONFIRM_SIGNUP)
    return [values_in(each) for each in queued if each.status is not EmailStatus.WITHHELD]


def link(name: str = "confirm_url", number: int = -1, *, to: str = ADDRESS) -> str:
    """Return the path of a link of one of the confirmation emails."""
    return emails(to)[number][name].removeprefix("http://localhost")


def slugs_of(address: str = ADDRESS) -> set[str]:
    """Return the lists that an address is on."""
    db.session.rollback()
    rows = db.session.scalars(
        select(MailingList.slug)
        .join(Subscription, Subscription.mailing_list_id == MailingList.id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(Subscriber.address_key == address)
    )
    return set(rows)


def events(kind: EventKind) -> list[ConsentEvent]:
    """Return the events of a kind, oldest first."""
    db.session.rollback()
    found = select(ConsentEvent).where(ConsentEvent.kind == kind).order_by(ConsentEvent.id)
    return [*db.session.scalars(found)]


def type_code(client: FlaskClient, page: str, code: str) -> str:
    """Type a code on the page that asks for it; return the next page."""
    fields = hidden_values(client.get(page).text)
    return client.post(page, data={**fields, "code": code}).text


def only_subscriber() -> Subscriber:
    """Return the only person."""
    db.session.rollback()
    return db.session.scalars(select(Subscriber)).one()
