"""A planned campaign is held at its hour if it may not leave, and those concerned are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import update

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.campaign_lists import ListChoice
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.drafts import edit_campaign
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignTest, CampaignVersion
from supporters.campaigns.versions import HASH, hash_of
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.message.frozen_versions import freeze_draft
from supporters.delivery.planned.campaign_schedule import schedule_campaign, unschedule_campaign
from supporters.delivery.planned.schedule_holds import (
    AFTER_THAT,
    TO_DO,
    ScheduleHold,
    announce_hold,
)
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.sending_times.ballots import add_ballot
from supporters.sending_times.bulk_mail import find_silence
from supporters.sending_times.models import Ballot
from supporters.team.accounts import change_role, disable_organiser
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_owner
from tests.factories.approvals import allow_alone, make_approved, make_ready, notices, record_test
from tests.factories.campaigns import ANNA, BORIS, CHLOE, ledger, reload, subscriber_at
from tests.factories.consent.consent_log import delete_withdrawal_row
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import as_typed, make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.notices import notices_to
from tests.factories.sending_day.planned import (
    come_to,
    grace_of,
    next_hour,
    offering,
    plan,
    plan_approved,
)
from tests.factories.sending_day.sending_times import PARIS, draft_of
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
SCHEDULED, RUNNING = CampaignStatus.SCHEDULED, CampaignStatus.RUNNING
MINUTE = timedelta(minutes=1)


def hold_of(campaign_id: int) -> str | None:
    """Return the status of a campaign, and why it is held."""
    return reload(campaign_id).problem


def change_rows(model: type[Campaign | CampaignVersion | LanguageText], **values: object) -> None:
    """Change columns in the database, past the program."""
    with transaction():
        db.session.execute(update(model).values(**values))


def silence_everything() -> None:
    """Enter a French ballot of tomorrow: its silence began at midnight."""
    tomorrow = clock.now().astimezone(PARIS).date() + timedelta(days=1)
    assert isinstance(add_ballot(draft_of(day=tomorrow), None), Ballot)


def test_an_hour_in_electoral_silence_is_refused(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    silence_everything()
    planned = schedule_campaign(draft.id, next_hour(), by_id=author.id)
    assert planned is LaunchError.SILENCE
    assert isinstance(schedule_campaign(draft.id, next_hour(48), by_id=author.id), Campaign)


def test_an_hour_is_refused_that_is_in_silence_before_or_after_the_grace(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    silence_everything()
    silence = find_silence([draft.mailing_list_id], next_hour())
    assert silence is not None
    edges = (silence.begins_at - MINUTE, silence.ends_at - MINUTE)
    with grace_of(120), clock.pretend(silence.begins_at - 10 * MINUTE):
        planned = [schedule_campaign(draft.id, each, by_id=author.id) for each in edges]
    assert planned == [LaunchError.SILENCE] * 2


def test_a_language_that_is_not_offered_any_more_refuses_an_hour_and_a_launch(
    app: Flask, draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    write_in(draft, "en", "Saturday")
    make_approved(draft.id, author, approver)
    with offering(app, "fr"):
        refused = (
            schedule_campaign(draft.id, next_hour(), by_id=author.id),
            launch_campaign(draft.id, by_id=author.id),
        )
    assert refused == (LaunchError.LANGUAGE_GONE, LaunchError.LANGUAGE_GONE)
    assert (reload(draft.id).send_at, ledger(draft.id)) == (None, {})
    assert isinstance(launch_campaign(draft.id, by_id=author.id), Campaign)


def causes_of_holds(
    draft: Campaign, author: Organiser, approver: Organiser
) -> dict[ScheduleHold, Callable[[], object]]:
    """Return what makes a campaign be held, in an order in which each is the first reason."""
    people = [subscriber_at(each).id for each in (ANNA, BORIS)]
    content = db.session.scalars(db.select(CampaignVersion.content)).one()

    def forget_tests() -> None:
        with transaction():
            db.session.query(CampaignTest).delete()

    def alter_version() -> None:
        change_rows(Campaign, language="fr")
        change_rows(CampaignVersion, content="{}")

    def disable_approver() -> None:
        record_test(draft.id)
        change_rows(CampaignVersion, content=content)
        disable_organiser(approver.id)

    def empty_list() -> None:
        for person in people:
            unsubscribe_from_list(person, draft.mailing_list_id, Method.ONE_CLICK)

    return {
        ScheduleHold.UNTESTED: forget_tests,
        ScheduleHold.LANGUAGE_GONE: lambda: change_rows(Campaign, language="sv"),
        ScheduleHold.VERSION_ALTERED: alter_version,
        ScheduleHold.APPROVER_GONE: disable_approver,
        ScheduleHold.NOBODY: empty_list,
        ScheduleHold.SILENCE: silence_everything,
        ScheduleHold.LOG_ALTERED: delete_withdrawal_row,
        ScheduleHold.CONSENT_REPLACED: lambda: change_meaning(get_list(draft.mailing_list_id)),
    }


def test_each_reason_holds_the_campaign_and_tells_the_owners_and_the_person(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    owner = make_owner()
    hour = plan_approved(draft.id, author, approver)
    causes = causes_of_holds(draft, author, approver)
    found, told = {}, {}
    for hold, cause in causes.items():
        cause()
        before = len(notices())
        found[hold] = come_to(hour, draft.id).problem
        come_to(hour, draft.id)  # told once
        told[hold] = sorted(notices()[before:])
        change_rows(Campaign, problem=None)
    both = sorted([owner.email, author.email])
    assert found == {hold: f"schedule: {hold.value}" for hold in causes}
    assert told == {hold: [(each, hold.value) for each in both] for hold in causes}
    assert (reload(draft.id).status, ledger(draft.id)) == (SCHEDULED, {})


def test_only_a_hold_that_a_person_can_overrule_offers_to_launch_it_at_once() -> None:
    overruled = {
        *(ScheduleHold.LATE, ScheduleHold.CONSENT_REPLACED, ScheduleHold.PERSON_GONE),
        *(ScheduleHold.NOBODY, ScheduleHold.WAVE_TOO_LARGE),
    }
    assert {hold for hold in ScheduleHold if hold.paragraphs[2] == TO_DO} == overruled


def test_a_campaign_whose_version_was_deleted_is_held_and_delays_no_other(draft: Campaign) -> None:
    other = make_campaign(get_list(draft.mailing_list_id), "Dimanche")
    for each in (draft, other):
        make_ready(each.id)
        hour = plan(each.id)
    with transaction():
        db.session.query(CampaignVersion).filter_by(campaign_id=draft.id).delete()
    assert come_to(hour, other.id).status is RUNNING
    assert hold_of(draft.id) == "schedule: hold_version_altered"


def test_a_message_that_an_earlier_program_let_grow_too_heavy_is_held(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    owner = make_owner()
    hour = plan_approved(draft.id, author, approver)
    change_rows(Campaign, body="Encore des mots. " * 7_000, document=None)
    content = freeze_draft(reload(draft.id), get_list(draft.mailing_list_id)).serialise()
    change_rows(CampaignVersion, content=content, hash=hash_of(content))
    with transaction():
        record_act(CampaignAct.APPROVED, draft.id, {HASH: hash_of(content)})
    before = len(notices())
    assert come_to(hour, draft.id).problem == "schedule: hold_too_heavy"
    assert sorted(notices()[before:]) == sorted(
        (each.email, "hold_too_heavy") for each in (author, owner)
    )
    assert (reload(draft.id).status, ledger(draft.id)) == (SCHEDULED, {})


def test_the_email_of_each_hold_says_why_and_what_to_do(draft: Campaign) -> None:
    owner = make_owner()
    for hold in ScheduleHold:
        with transaction():
            announce_hold(hold, reload(draft.id), next_hour())
    faults, whys = [], set()
    for language in ("fr", "en"):
        told = notices_to(owner.email, language)
        for hold, notice in zip(ScheduleHold, told, strict=True):
            with force_locale(language):
                _, why, to_do = (" ".join(str(each).split()) for each in hold.paragraphs)
                is_told = to_do in {str(TO_DO), str(AFTER_THAT)}
            words = " ".join((notice.body or "").split())
            is_there = f"{why} {to_do}" in words and f"/console/campaigns/{draft.id}" in words
            if why in whys or not (why and is_told and is_there):  # twice, or not translated
                faults.append((hold, language))
            whys.add(why)
    assert not faults


def test_each_list_and_each_language_is_looked_at(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    lyon = make_list("lyon", "Lyon")
    lists = (*draft.choices, ListChoice(lyon.id))
    edit_campaign(draft.id, replace(as_typed(draft, draft.body), lists=lists))
    write_in(draft, "en", "Saturday")
    hour = plan_approved(draft.id, author, approver)
    causes: dict[ScheduleHold, Callable[[], object]] = {
        ScheduleHold.LANGUAGE_GONE: lambda: change_rows(LanguageText, language="sv"),
        ScheduleHold.CONSENT_REPLACED: lambda: change_meaning(get_list(lyon.id)),
    }
    for hold, cause in causes.items():
        cause()
        assert come_to(hour, draft.id).problem == f"schedule: {hold.value}"
        change_rows(Campaign, problem=None)
    assert (reload(draft.id).status, ledger(draft.id)) == (SCHEDULED, {})


def test_an_hour_that_was_chosen_after_a_consent_text_was_replaced_is_kept(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    lyon = make_list("lyon", "Lyon")
    lists = (*draft.choices, ListChoice(lyon.id))
    edit_campaign(draft.id, replace(as_typed(draft, draft.body), lists=lists))
    make_approved(draft.id, author, approver)
    change_meaning(get_list(lyon.id))
    hour = plan(draft.id, author)
    assert come_to(hour, draft.id).status is RUNNING


def test_a_campaign_of_an_account_that_lost_its_rights_is_held(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    owner = make_owner()
    hour = plan_approved(draft.id, author, approver)
    disable_organiser(author.id)
    before = len(notices())
    assert come_to(hour, draft.id).problem == "schedule: hold_person_gone"
    assert notices()[before:] == [(owner.email, "hold_person_gone")]


def test_a_campaign_is_held_if_its_planner_lost_one_of_its_lists_or_may_write_no_more(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    lists = (*draft.choices, ListChoice(make_list("lyon", "Lyon").id))
    edit_campaign(draft.id, replace(as_typed(draft, draft.body), lists=lists))
    hour = plan_approved(draft.id, author, approver)
    limit_organiser(author.id, [draft.mailing_list_id])
    assert come_to(hour, draft.id).problem == "schedule: hold_person_gone"
    limit_organiser(author.id, None)
    change_role(author.id, RoleName.DPO)
    change_rows(Campaign, problem=None)
    assert come_to(hour, draft.id).problem == "schedule: hold_person_gone"


def test_a_campaign_planned_alone_is_held_when_it_would_reach_more(
    draft: Campaign, author: Organiser
) -> None:
    record_test(draft.id)
    allow_alone(2)
    for planner in (author, None):  # None is a command
        hour = plan(draft.id, planner)
        make_subscriber(CHLOE, get_list(draft.mailing_list_id))
        held = come_to(hour, draft.id)
        assert (held.status, held.problem) == (SCHEDULED, "schedule: hold_not_approved")
        assert isinstance(unschedule_campaign(draft.id, None), Campaign)
        assert (reload(draft.id).status, hold_of(draft.id)) == (CampaignStatus.DRAFT, None)
        person = subscriber_at(CHLOE).id
        unsubscribe_from_list(person, draft.mailing_list_id, Method.ONE_CLICK)
