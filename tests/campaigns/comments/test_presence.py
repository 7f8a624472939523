"""The editor tells who else is there, and its question keeps nothing alive and costs little."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.comments.models import CampaignPresence
from supporters.campaigns.comments.presence import Colleague, note_presence, purge_presences
from supporters.database import db
from supporters.sign_in.sign_in_sessions import LONGEST_IDLE
from tests.factories.accounts import make_account, make_organiser, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.machinery.prepared_states import begins_with
from tests.machinery.statements import statements

Pair = tuple[int, int, int]


def add_pair(_app: Flask) -> Pair:
    """Make a draft and two accounts; return their ids."""
    draft = make_campaign(make_list())
    return draft.id, make_organiser().id, make_account("eve@parti.example", RoleName.OWNER, "en").id


pytestmark = [begins_with(add_pair), pytest.mark.usefixtures("app")]


def rows() -> int:
    """Return how many rows the table has."""
    db.session.rollback()
    return count_rows(CampaignPresence)


@pytest.mark.both_databases
def test_others_are_there_for_45_seconds_and_their_rows_for_a_minute(prepared: Pair) -> None:
    draft_id, one, other = prepared
    now = clock.now()
    assert note_presence(draft_id, one, now, typed_at=now) == []
    assert note_presence(draft_id, one, now, typed_at=None) == []
    seen = [
        note_presence(draft_id, other, now + timedelta(seconds=each), typed_at=None)
        for each in (44, 46)
    ]
    assert seen == [[Colleague("org@parti.example", is_writing=True)], []]
    assert purge_presences(now + timedelta(seconds=61)) == 1
    assert rows() == 1


def test_the_sentence_names_the_others_and_changes_no_record(app: Flask, prepared: Pair) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    draft_id, one, other = prepared
    url = f"/console/campaigns/{draft_id}/presence"
    mine, theirs = (sign_in(app, db.session.get_one(Organiser, each)) for each in (one, other))
    acts = count_rows(AuditEvent)
    alone: Any = mine.post(url, data={"typed": "yes"}).json
    assert alone["words"] == ""
    said: Any = theirs.post(url).json
    assert said["words"] == "org@parti.example is writing."
    back: Any = mine.post(url).json
    assert back["words"] == "eve@parti.example a ouvert ce brouillon."
    assert count_rows(AuditEvent) == acts
    with statements() as asked:
        mine.post(url)
    own = [each for each in asked if "campaign" in each]
    assert len(own) <= 5, own


def test_polling_keeps_no_session_alive(app: Flask, prepared: Pair) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app, db.session.get_one(Organiser, prepared[1]))
    url = f"/console/campaigns/{prepared[0]}/presence"
    began = clock.now()
    asks = {"Accept": "application/json"}
    with time_machine.travel(began + LONGEST_IDLE - timedelta(minutes=1)):
        assert client.post(url, headers=asks).status_code == 200
    with time_machine.travel(began + LONGEST_IDLE + timedelta(seconds=1)):
        assert client.post(url, headers=asks).status_code == 401
