"""The first preview of a template shows the sample first name, as its box is ticked."""

import pytest
from flask.testing import FlaskClient

LOOK = "/console/campaigns/start/look.html?ready=meeting&language=fr"


@pytest.mark.parametrize(("asked", "is_named"), [("&name=yes", True), ("", False)])
def test_a_template_is_shown_with_or_without_a_first_name(
    owner_client: FlaskClient, asked: str, is_named: bool
) -> None:
    assert ("Camille" in owner_client.get(f"{LOOK}{asked}").text) is is_named
