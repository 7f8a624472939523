"""Owners change the sender of a list; it is shown wherever a message is read before it leaves."""

import pytest
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.lists.acts import ListAct
from supporters.lists.queries import get_list
from tests.factories.approvals import make_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import followed
from tests.web.public.pages import press

SENDER = {"sender_name": "Camille Dupont", "reply_to": "lyon@parti.example"}


def test_the_sender_is_changed_once_recorded_and_shown_before_a_launch(
    owner_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign_id = make_campaign(mailing_list).id
    place = f"/console/lists/{mailing_list.id}/sender"
    assert "Camille Dupont" in followed(owner_client, press(owner_client, place, **SENDER))
    found = find_newest_act(ListAct.SENDER_CHANGED, mailing_list.id)
    assert found is not None
    assert "lyon@" not in found.details  # the log is sealed: it holds no address
    followed(owner_client, press(owner_client, place, **SENDER))
    assert find_newest_act(ListAct.SENDER_CHANGED, mailing_list.id) == found
    make_ready(campaign_id)
    for page in ("preview", "ask", "launch", "edit"):
        html = owner_client.get(f"/console/campaigns/{campaign_id}/{page}").text
        assert "Camille Dupont" in html, page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender_name", "impots@gouv.fr"),
        ("sender_name", "x" * 71),
        ("reply_to", "Lyon <lyon@parti.example>"),
        ("reply_to", "noreply@parti.example"),
    ],
)
def test_a_bad_sender_is_explained_and_nothing_typed_is_lost(
    owner_client: FlaskClient, field: str, value: str
) -> None:
    list_id = make_list().id
    answer = press(owner_client, f"/console/lists/{list_id}/sender", **{**SENDER, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    kept = {name: typed for name, typed in SENDER.items() if name != field}
    assert all(f'value="{typed}"' in answer.text for typed in kept.values())
    assert get_list(list_id).sender_name == ""
