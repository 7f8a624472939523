"""After a change of domain, links in sent emails work under the host that they name."""

import dataclasses
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.config import Settings
from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription
from supporters.my_data.my_data_links import answer_waiting_requests
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, emails_to
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    email_of_request,
    make_subscriber,
    request_to_join,
    values_in,
)
from tests.test_config import PRODUCTION, faults, load
from tests.web.public.pages import hidden_values, ticked_values

FORMER = "https://ancienne.parti.example"
TODAY = "https://lettre.parti.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a site whose domain was changed."""
    return dataclasses.replace(settings, base_url=TODAY, former_hosts=(urlsplit(FORMER).netloc,))


def press_there(client: FlaskClient, path: str, **more: str) -> TestResponse:
    """Open a page under the former host, and send its form as a script of the page does."""
    page = client.get(path, base_url=FORMER)
    assert (page.status_code, page.location) == (200, None)
    fields = {**hidden_values(page.text), **ticked_values(page.text), **more}
    origin = {"Sec-Fetch-Site": "same-origin", "Origin": FORMER}
    return client.post(path, base_url=FORMER, data=fields, headers=origin)


def path_of(link: object) -> str:
    """Return the path of a link, which names the host of today."""
    assert str(link).startswith(f"{TODAY}/")
    return str(link).removeprefix(TODAY)


def leave_path() -> str:
    """Return the unsubscribe link of a person on one list."""
    national = make_list()
    person = make_subscriber(ADDRESS, national)
    return "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person.id, national.id, 1])


def test_a_mailbox_provider_unsubscribes_by_one_click_without_a_redirect(app: Flask) -> None:
    provider = app.test_client(use_cookies=False)
    path = leave_path()
    answer = provider.post(path, base_url=FORMER, data=ONE_CLICK)
    assert (answer.status_code, answer.location) == (200, None)
    assert count_rows(Subscription) == 0


def test_a_person_unsubscribes_by_an_old_link(client: FlaskClient) -> None:
    assert press_there(client, leave_path()).status_code in {200, 303}
    assert count_rows(Subscription) == 0


def test_a_person_confirms_by_an_old_link(client: FlaskClient) -> None:
    email = email_of_request(request_to_join(ADDRESS, make_list()))
    assert press_there(client, path_of(values_in(email)["confirm_url"])).status_code in {200, 303}
    assert count_rows(Subscription) == 1


def test_my_data_is_asked_for_and_opened_there(client: FlaskClient) -> None:
    make_subscriber(ADDRESS, make_list())
    press_there(client, MY_DATA, email=ADDRESS)
    answer_waiting_requests()
    opened = press_there(client, path_of(values_in(emails_to(ADDRESS)[-1])["open_url"]))
    page = client.get(str(opened.location), base_url=FORMER)
    assert (page.status_code, ADDRESS in page.text) == (200, True)


def test_only_the_console_leads_to_the_host_of_today(client: FlaskClient) -> None:
    for path in ("/console", "/console/sign-in?next=%2Fconsole%2F"):
        answer = client.get(path, base_url=FORMER)
        assert (answer.status_code, answer.location) == (308, f"{TODAY}{path}")
    assert client.get("/fr/", base_url=FORMER).status_code == 200
    assert client.get("/fr/", base_url="https://other.parti.example").status_code == 400


def test_a_script_of_the_former_host_sends_nothing_to_the_site_of_today(
    client: FlaskClient,
) -> None:
    fields = hidden_values(client.get(MY_DATA, base_url=TODAY).text)
    for origin in (FORMER, "https://other.parti.example"):
        sent = client.post(
            MY_DATA, base_url=TODAY, data={**fields, "email": ADDRESS}, headers={"Origin": origin}
        )
        assert sent.status_code == 403


def test_former_hosts_are_hosts_that_the_site_has_no_more() -> None:
    given = "Ancienne.parti.example, https://vieille.parti.example:8443/"
    hosts = load(**PRODUCTION, FORMER_HOSTS=given).former_hosts
    assert hosts == ("ancienne.parti.example", "vieille.parti.example:8443")
    for wrong in ("lettre.parti.example", "https://a.example/path", "*.parti.example/"):
        assert faults(FORMER_HOSTS=wrong) == ["FORMER_HOSTS"]
