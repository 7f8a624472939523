"""Links in emails come from the settings, never from a request."""

import dataclasses

import pytest
from flask import Flask

from supporters.mail.links import link_to


def test_a_link_is_absolute_and_starts_at_the_configured_address(app: Flask) -> None:
    assert link_to("public.home", lang_code="fr") == "http://localhost/fr/"


@pytest.mark.parametrize("base_url", ["https://parti.example", "http://127.0.0.1:5000"])
def test_scheme_and_port_are_those_of_the_settings(app: Flask, base_url: str) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, base_url=base_url)
    assert link_to("public.leave", token="t") == f"{base_url}/leave/t"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example"},
    ],
)
def test_a_request_cannot_change_a_link(app: Flask, headers: dict[str, str]) -> None:
    outside = link_to("public.leave", token="t")
    with app.test_request_context("/fr/", headers=headers):
        assert link_to("public.leave", token="t") == outside
