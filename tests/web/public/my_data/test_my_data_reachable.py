"""My data says in words why an address can't be reached, and its holder confirms it there."""

from flask.testing import FlaskClient

from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from tests.factories.campaigns import subscriber_at
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.returned.failures import fail
from tests.factories.signups import ADDRESS, make_subscriber
from tests.web.public.pages import hidden_values


def test_my_data_says_why_and_the_holder_confirms(client: FlaskClient) -> None:
    fail(make_subscriber(ADDRESS, make_list()))
    open_my_data(client, ADDRESS)
    html = client.get(f"{MY_DATA}/overview").text
    assert "votre fournisseur" in html
    everything = client.get(f"{MY_DATA}/everything").text
    assert "5.1.1" in everything
    client.post(f"{MY_DATA}/reachable", data=hidden_values(html))
    db.session.rollback()
    db.session.expire_all()
    assert subscriber_at(ADDRESS).unreachable_since is None
    newest = db.session.scalars(db.select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
    assert newest is not None
    assert (newest.kind, newest.method) == (EventKind.REACHABLE, Method.MY_DATA)
    assert "votre fournisseur" not in client.get(f"{MY_DATA}/overview").text
