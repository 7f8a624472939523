"""The page of the DKIM keys: records to copy, rotation, and retirement for a reason."""

import dataclasses
from datetime import timedelta
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.mail.dkim.models import KeyStatus
from supporters.mail.dkim.signing_keys import list_keys
from supporters.settings.setup_settings import SetupSettings
from tests.factories.returned.dkim_keys import make_active_key, make_waiting_key, published
from tests.servers.dns_server import DnsServer
from tests.web.console.pages import followed, post
from tests.web.public.pages import press

PAGE = "/console/settings/dkim"


def shown(client: FlaskClient) -> str:
    return unescape(client.get(PAGE).text)


def statuses() -> list[KeyStatus]:
    return [key.status for key in list_keys()]


def test_an_owner_makes_a_key_and_copies_its_record(owner_client: FlaskClient) -> None:
    assert "signe rien" in shown(owner_client) or "signs nothing" in shown(owner_client)
    post(owner_client, f"{PAGE}/new")
    record, page = published(list_keys()[0]), shown(owner_client)
    for part in (record.name, record.value, record.zone_line):
        assert f">{part}</textarea>" in page
    post(owner_client, f"{PAGE}/new")
    assert statuses() == [KeyStatus.WAITING]


def test_looking_at_the_page_changes_nothing(owner_client: FlaskClient) -> None:
    make_waiting_key()
    shown(owner_client)
    assert list_keys()[0].checked_at is None


def test_the_page_shows_keys_in_each_state(owner_client: FlaskClient) -> None:
    now = clock.now()
    for days in (30, 3):
        make_active_key(now - timedelta(days=days))
    make_waiting_key()
    page = shown(owner_client)
    for key in list_keys():
        assert key.selector in page
    assert statuses() == [KeyStatus.WAITING, KeyStatus.ACTIVE, KeyStatus.REPLACED]


def test_a_key_that_signs_retires_for_a_reason_only(owner_client: FlaskClient) -> None:
    key = make_active_key()
    page = f"{PAGE}/{key.id}/retire"
    assert press(owner_client, page, reason="").status_code == 422
    assert statuses() == [KeyStatus.ACTIVE]
    answer = press(owner_client, page, reason="volée")
    assert "volée" in followed(owner_client, answer)
    assert statuses() == [KeyStatus.RETIRED]


def test_a_key_that_never_signed_is_discarded_without_one(owner_client: FlaskClient) -> None:
    key = make_waiting_key()
    page = f"{PAGE}/{key.id}/retire"
    assert 'name="reason"' not in owner_client.get(page).text
    press(owner_client, page)
    assert statuses() == [KeyStatus.RETIRED]
    assert owner_client.get(f"{PAGE}/1/retire").status_code == 404


def test_an_owner_checks_again_and_the_key_signs(app: Flask, owner_client: FlaskClient) -> None:
    record = published(make_waiting_key())
    with DnsServer() as server:
        server.publish(record.name, "TXT", record.value)
        settings, setup = app.extensions["settings"], SetupSettings(dns_server=server.address)
        app.extensions["settings"] = dataclasses.replace(settings, setup=setup)
        answer = post(owner_client, f"{PAGE}/check")
    assert followed(owner_client, answer).count(record.name) == 0
    assert statuses() == [KeyStatus.ACTIVE]
