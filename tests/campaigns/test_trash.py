"""A deleted draft waits in the trash for 30 days, with its history and its pictures."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.drafts import DraftError
from supporters.campaigns.history.queries import list_saved_texts
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign, list_campaigns, list_trashed
from supporters.campaigns.trash import delete_for_ever, take_out_of_trash, trash_draft
from supporters.database import db, transaction
from supporters.delivery.launch import LaunchError
from supporters.retention.old_records import purge_drafts
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import launch_to_addresses, reload
from tests.factories.drafts import make_campaign, make_trashed, rewrite
from tests.factories.lists import make_list

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

DAY = timedelta(days=1)


def test_a_deleted_draft_is_in_the_trash_alone() -> None:
    mailing_list = make_list()
    trashed, draft = make_trashed(mailing_list), make_campaign(mailing_list)
    assert [each.id for each, _ in list_campaigns()] == [draft.id]
    assert [each.id for each, _ in list_trashed()] == [trashed.id]
    assert trash_draft(trashed.id, None) is trashed


def test_a_restored_draft_is_as_it_was(app: Flask) -> None:
    author = make_organiser()
    draft = make_campaign(make_list(), body="Un.")
    rewrite(draft, "Deux.", author)
    trash_draft(draft.id, author.id)
    assert (reload(draft.id).trashed_by, reload(draft.id).status) == (author.id, "trashed")
    for _twice in range(2):
        assert isinstance(take_out_of_trash(draft.id), Campaign)
    back = reload(draft.id)
    assert (back.status, back.body, back.trashed_at) == (CampaignStatus.DRAFT, "Deux.", None)
    assert len(list_saved_texts(draft.id)) == 2


def test_nothing_in_the_trash_is_launched_and_nothing_launched_is_put_there() -> None:
    running = launch_to_addresses("boris@example.org")
    assert trash_draft(running, None) is DraftError.NOT_A_DRAFT
    trashed = make_trashed(make_list("lyon", "Lyon"))
    assert launch_ready(trashed.id) is LaunchError.NOT_A_DRAFT


def test_only_the_trash_is_emptied_for_ever() -> None:
    draft, trashed = make_campaign(make_list()), make_trashed(make_list("lyon", "Lyon"))
    assert delete_for_ever(draft.id) is DraftError.NOT_TRASHED
    assert delete_for_ever(trashed.id) is None
    assert delete_for_ever(trashed.id) is DraftError.UNKNOWN
    assert (find_campaign(trashed.id), [*list_saved_texts(trashed.id)]) == (None, [])
    assert find_campaign(draft.id) is not None


@pytest.mark.both_databases
def test_the_trash_is_emptied_after_thirty_days() -> None:
    trashed, draft = make_trashed(make_list()), make_campaign(make_list("lyon", "Lyon"))
    now = clock.now()
    assert purge_drafts(30, now + 29 * DAY).deleted == 0
    assert purge_drafts(30, now + 31 * DAY).deleted == 1
    assert (find_campaign(trashed.id), find_campaign(draft.id)) == (None, draft)


@pytest.mark.both_databases
def test_the_database_knows_when_each_draft_in_the_trash_was_put_there() -> None:
    make_campaign(make_list())
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE campaign SET status = 'trashed'"))
