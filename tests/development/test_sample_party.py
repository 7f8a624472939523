"""The people of the sample party signed up for real; its sign-in page shows its account."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from supporters import clock, create_app
from supporters.accounts.queries import find_organiser_by_email
from supporters.campaigns.queries import list_campaigns
from supporters.config import Settings
from supporters.consent.models import ConsentEvent, EventKind, PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.database import db
from supporters.delivery.progress import get_progress
from supporters.delivery.send_journal.worker_registry import count_living_workers, has_run_here
from supporters.development import local_installation, sample_party
from supporters.development.inbox import Inbox
from supporters.development.mailbox import MailboxHandler
from supporters.development.sample_data import LISTS, PERIOD, Visitor, list_visitors
from supporters.development.sample_party import OWNER_EMAIL, OWNER_PASSWORD
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.queue import IN_MEMORY
from supporters.signup.pending_counts import count_pending
from supporters.signup.signup_stats import list_stats
from tests.conftest import make_settings
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.servers.ports import free_port
from tests.servers.relay import Relay

FEW = 5
BASE_URL = "http://127.0.0.1:5000"
SIGN_IN = "/console/sign-in"


@pytest.fixture(scope="module")
def party(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an application with the sample party that `flask develop` made. Tests only read it."""
    folder = tmp_path_factory.mktemp("party")
    shutil.copytree(sample, folder / "instance")
    database = f"sqlite:///{folder / 'instance' / 'supporters.db'}"
    settings = make_settings(folder, database, mail_port=free_port())
    as_run = dataclasses.replace(settings, queue_url=IN_MEMORY, base_url=BASE_URL)
    with create_app(as_run).app_context():
        yield current_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Settings]:
    """Run the mailbox of an empty installation; return its settings."""
    port = free_port()
    box = MailboxHandler(settings.instance_dir / "inbox")
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield dataclasses.replace(settings, mail_port=port, base_url=BASE_URL)
    controller.stop()


@pytest.mark.slow
def test_the_signup_page_of_each_person_has_a_snapshot(party: Flask) -> None:
    requests = select(ConsentEvent.page_snapshot_id).where(ConsentEvent.kind == EventKind.REQUESTED)
    kept = db.session.scalars(requests).all()
    assert None not in kept
    for page in db.session.scalars(select(PageSnapshot).where(PageSnapshot.id.in_(kept))):
        assert f'<html lang="{page.language}"' in open_snapshot(page)


@pytest.mark.slow
def test_people_of_the_sample_party_have_evidence(party: Flask) -> None:
    figures = {each.mailing_list.slug: each for each in list_stats(count_pending(clock.now()))}
    assert sorted(figures) == ["agir", "jeunes", "la-lettre"]
    assert figures["la-lettre"].confirmed > 100
    assert min(each.left for each in figures.values()) >= 1
    assert min(each.pending for each in figures.values()) >= 1


@pytest.mark.slow
def test_the_lists_of_the_sample_party_have_words_in_each_language() -> None:
    for each in LISTS:
        languages = [each.language, *(words.language for words in each.translations)]
        assert sorted(languages) == sorted(LANGUAGES)


def test_sample_party_grew_for_sixty_days(party: Flask) -> None:
    now = clock.now()
    first, last = db.session.execute(
        select(func.min(ConsentEvent.occurred_at), func.max(ConsentEvent.occurred_at)).where(
            ConsentEvent.kind == EventKind.CONFIRMED
        )
    ).one()
    assert now - PERIOD < first < now - PERIOD + timedelta(days=7)
    assert now - timedelta(days=4) < last < now


@pytest.mark.slow
def test_sample_party_has_a_campaign_sent_and_one_in_draft(party: Flask) -> None:
    (draft, _), (sent, _) = list_campaigns()
    progress = get_progress(sent.id)
    newest = Inbox(current_settings().instance_dir).list_page(1, size=50).items
    assert (draft.status.value, sent.status.value) == ("draft", "sent")
    assert progress.accepted == progress.audience > 90
    assert any(mail.subject == sent.subject for mail in newest)


@pytest.mark.slow
def test_owner_of_the_sample_party_can_sign_in(party: Flask) -> None:
    owner = find_organiser_by_email(OWNER_EMAIL)
    assert owner is not None
    assert owner.verify_and_update_password(OWNER_PASSWORD)
    assert OWNER_PASSWORD in "\n".join(local_installation.describe_addresses())


def test_the_process_that_made_the_sample_is_no_registered_worker(
    mailbox: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_party, "list_visitors", list_a_few)
    with create_app(mailbox).app_context():
        assert [*local_installation.prepare_sample(mailbox)][-1] == 100
        assert count_living_workers() == 0
        assert has_run_here()
        assert [*local_installation.prepare_sample(mailbox)] == []


def list_a_few(now: datetime) -> Iterator[Visitor]:
    """Yield the first visitors, who confirmed before the campaign was sent."""
    return islice(list_visitors(now), FEW)


def test_party_that_has_lists_gets_no_sample(app: Flask, settings: Settings) -> None:
    make_list()
    assert [*local_installation.prepare_sample(settings)] == []
    assert count_rows(ConsentEvent) == 0


def test_interrupted_sample_is_reported(app: Flask, settings: Settings, relay: Relay) -> None:
    next(local_installation.prepare_sample(settings))
    with pytest.raises(local_installation.StartFailed, match="interrupted"):
        next(local_installation.prepare_sample(settings))


def test_visitors_are_the_same_every_time() -> None:
    now = clock.now()
    first, second = [*list_visitors(now)], [*list_visitors(now)]
    assert first == second
    assert len({visitor.address for visitor in first}) == len(first) > 200
    assert all(visitor.signs_up_at < now for visitor in first)


def test_pretended_moment_ends_with_its_block() -> None:
    long_ago = clock.now() - timedelta(days=60)
    with clock.pretend(long_ago):
        assert clock.now() == long_ago
    assert clock.now() > long_ago + timedelta(days=59)


def test_the_sign_in_page_shows_the_sample_owner(client: FlaskClient) -> None:
    make_owner(OWNER_EMAIL)
    page = client.get(SIGN_IN).text
    assert OWNER_EMAIL in page
    assert OWNER_PASSWORD in page


def test_without_the_sample_party_no_account_is_shown(client: FlaskClient) -> None:
    assert OWNER_PASSWORD not in client.get(SIGN_IN).text


def test_production_shows_no_account(app: Flask, settings: Settings) -> None:
    make_owner(OWNER_EMAIL)
    production = create_app(dataclasses.replace(settings, is_development=False))
    page = production.test_client().get(SIGN_IN).text
    assert 'name="password"' in page
    assert OWNER_EMAIL not in page
    with production.app_context():
        db.engine.dispose()
