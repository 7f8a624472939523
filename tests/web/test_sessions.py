"""The session cookie."""

from flask.testing import FlaskClient

from tests.factories.lists import make_list


def test_an_altered_cookie_is_no_session(client: FlaskClient) -> None:
    make_list()
    client.get("/fr/join/national")
    cookie = client.get_cookie("session", domain="localhost")
    assert cookie is not None
    with client.session_transaction() as session:
        first = session["csrf_token"]
    client.set_cookie("session", f"{cookie.value[:-3]}AAA", domain="localhost")
    client.get("/fr/join/national")
    with client.session_transaction() as session:
        assert session["csrf_token"] != first
