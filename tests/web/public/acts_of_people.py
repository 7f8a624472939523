"""The acts of a person by their links and in My data, with the kinds of their records."""

from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind
from supporters.people.models import Subscriber
from tests.factories.my_data import MY_DATA, emails_to, open_my_data, path_in, send
from tests.factories.signups import ADDRESS
from tests.web.public.pages import box_values, hidden_values, press

NEW_ADDRESS = "camille.new@example.org"
Do = Callable[[FlaskClient], TestResponse]


def link(purpose: TokenPurpose, subscriber_id: int | None = None) -> str:
    """Return the token of a link in an email of the first list."""
    person = db.select(Subscriber.id).where(Subscriber.address == ADDRESS)
    found = subscriber_id or db.session.scalars(person).one()
    first = db.session.scalars(db.select(MailingList.id).order_by(MailingList.id)).first() or 0
    return current_tokens().sign(purpose, [found, first, 0])


def leave_by(**fields: str) -> Do:
    """Return the press on a button of the page behind “unsubscribe”."""
    return lambda client: client.post(f"/leave/{link(TokenPurpose.UNSUBSCRIBE)}", data=fields)


def undo(client: FlaskClient) -> TestResponse:
    leave_by(leave="this")(client)
    return client.post("/leave/undo")


def undo_all(client: FlaskClient) -> TestResponse:
    leave_by(leave="all")(client)
    letter = emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)[-1]
    page = path_in(letter, "undo_url")
    html = client.get(page).text
    return client.post(page, data={**hidden_values(html), **box_values(html)})


def in_my_data(path: str, **fields: str) -> Do:
    """Return a press in My data."""

    def do(client: FlaskClient) -> TestResponse:
        open_my_data(client, ADDRESS)
        return send(client, f"{MY_DATA}/{path}", **fields)

    return do


def press_in_my_data(path: str, **fields: str) -> Do:
    """Return a press on the button of a page of My data."""

    def do(client: FlaskClient) -> TestResponse:
        open_my_data(client, ADDRESS)
        return press(client, f"{MY_DATA}/{path}", **fields)

    return do


def lift(client: FlaskClient) -> TestResponse:
    press_in_my_data("restrict")(client)
    client.get(f"{MY_DATA}/overview")
    return press(client, f"{MY_DATA}/restrict")


def join(client: FlaskClient) -> TestResponse:
    open_my_data(client, ADDRESS)
    page = f"{MY_DATA}/join"
    html = client.get(page).text
    return client.post(page, data={**hidden_values(html), **box_values(html)})


def move(client: FlaskClient) -> TestResponse:
    press_in_my_data("address", email=NEW_ADDRESS)(client)
    page = path_in(emails_to(NEW_ADDRESS, EmailKind.NEW_ADDRESS)[-1], "confirm_url")
    html = client.get(page).text
    return client.post(page, data={**hidden_values(html), **box_values(html)})


def dispute(client: FlaskClient) -> TestResponse:
    return client.post(f"/fr/why/{link(TokenPurpose.WHY)}/never")


ACTS: dict[str, tuple[Do, list[str]]] = {
    "leave": (leave_by(leave="this"), ["withdrawn"]),
    "leave all": (leave_by(leave="all"), ["withdrawn"] * 2),
    "undo": (undo, ["corrected"]),
    "undo all": (undo_all, ["confirmed"] * 2),
    "leave in my data": (in_my_data("leave", leave="list:1"), ["withdrawn"]),
    "leave all in my data": (in_my_data("leave", leave="all"), ["withdrawn"] * 2),
    "join in my data": (join, ["confirmed"]),
    "object": (press_in_my_data("object"), ["objected"] * 2),
    "restrict": (press_in_my_data("restrict"), ["restricted"]),
    "lift": (lift, ["released"]),
    "move": (move, ["moved", "renewed", "renewed"]),
    "never signed up": (dispute, ["withdrawn", "withdrawn", "restricted"]),
    "erase": (press_in_my_data("erase", is_sure="y"), ["erased"]),
}
