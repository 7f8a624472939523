"""Comments stand beside a campaign: they void nothing, tell whom they mention, and go with it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.comments.models import CampaignComment, CommentMention
from supporters.campaigns.comments.queries import find_comment, list_comments
from supporters.campaigns.comments.rules import MAY_BE_DELETED_FOR
from supporters.campaigns.comments.team_comments import (
    MAILS_A_DAY,
    AddedComment,
    CommentError,
    NewComment,
    add_comment,
    delete_comment,
    reopen_comment,
    resolve_comment,
    tell_mentioned,
)
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.trash import take_out_of_trash, trash_draft
from supporters.campaigns.versions import find_newest_version, hash_of
from supporters.database import db, transaction
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind
from supporters.team.accounts import anonymise_accounts
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_account, make_dpo, make_organiser
from tests.factories.approvals import make_approved, make_approver
from tests.factories.campaigns import reload
from tests.factories.drafts import destroy, make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, values_in
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import emails

Party = tuple[int, int, int]


def add_team(_app: Flask) -> Party:
    """Make a draft to a subscriber; return its id, its author's, and that of a colleague."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    author = make_organiser()
    return make_campaign(mailing_list, "Samedi").id, author.id, make_approver().id


pytestmark = [begins_with(add_team), pytest.mark.usefixtures("app")]
WAITED = timedelta(minutes=4)


def write(party: Party, body: str = "Plus court ?", **more: object) -> CampaignComment:
    """Add a comment by the author of the draft."""
    draft_id, author_id, _ = party
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=author_id)):
        added = add_comment(draft_id, NewComment(body=body, **more), author_id)  # type: ignore[arg-type]
    assert isinstance(added, AddedComment)
    return added.comment


def mails() -> list[dict[str, object]]:
    """Return the values of the emails to the team."""
    return [dict(values_in(each)) for each in emails(EmailKind.SECURITY_NOTICE)]


def details() -> list[tuple[str, str]]:
    """Return the acts on comments, with their details."""
    acts = select(AuditEvent).where(AuditEvent.act.like("campaign.comment%"))
    return [
        (each.act.rpartition("_")[2], each.details)
        for each in db.session.scalars(acts.order_by(AuditEvent.id))
    ]


@pytest.mark.both_databases
def test_a_comment_is_resolved_reopened_by_an_answer_and_its_words_are_in_no_log(
    prepared: Party,
) -> None:
    draft_id, author_id, colleague_id = prepared
    comment = write(prepared, "Un secret", block_id="abc", quote="Bonjour")
    assert resolve_comment(draft_id, comment.id, colleague_id) is None
    assert resolve_comment(draft_id, comment.id, colleague_id) is None
    assert list_comments(draft_id)[0].resolved_by == colleague_id
    answer = write(prepared, "Pas encore", parent_id=comment.id)
    write(prepared, "Si", parent_id=answer.id)
    first, *answers = list_comments(draft_id)
    assert (first.resolved_at, [each.parent_id for each in answers]) == (None, [first.id] * 2)
    assert [each.quote for each in answers] == ["Bonjour"] * 2
    assert reopen_comment(draft_id, comment.id) is None
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=author_id)):
        resolve_comment(draft_id, comment.id, author_id)
        reopen_comment(draft_id, comment.id)
    assert [act for act, _ in details()] == ["added", "added", "added", "resolved", "reopened"]
    assert "secret" not in str(details())


def test_a_comment_voids_no_approval_and_is_not_in_what_is_sent(prepared: Party) -> None:
    draft_id, author_id, colleague_id = prepared
    author, approver = (db.session.get_one(Organiser, each) for each in (author_id, colleague_id))
    approved = make_approved(draft_id, author, approver).hash
    write(prepared, "Je relis", block_id="abc", quote="Bonjour")
    campaign, version = reload(draft_id), find_newest_version(draft_id)
    frozen = freeze_campaign(campaign, get_list(campaign.mailing_list_id)).serialise()
    assert campaign.status is CampaignStatus.APPROVED
    assert version is not None
    assert [version.hash, hash_of(frozen)] == [approved, approved]
    assert "Je relis" not in frozen


@pytest.mark.both_databases
def test_several_mentions_within_minutes_are_one_email_with_the_quote_alone(
    prepared: Party,
) -> None:
    write(prepared, "@approver@parti.example, un avis ?", quote="Bonjour", block_id="abc")
    comment = write(prepared, "Et ici", told=[prepared[2], prepared[1], 99])
    assert tell_mentioned(clock.now()) == 0
    assert tell_mentioned(clock.now() + WAITED) == 1
    assert tell_mentioned(clock.now() + WAITED) == 0
    (mail,) = mails()
    assert (mail["notice"], mail["count"]) == ("mentioned", 2)
    assert mail["about"] == "« Bonjour », tout le message".replace(" ", "\u202f", 1).replace(
        " »", "\u202f»"
    )
    assert str(mail["notice_url"]).endswith(f"/{prepared[0]}/comments#comment-{comment.id}")
    assert "avis" not in str(mail)
    assert mail["actor"] == "org@parti.example"


def test_the_email_is_in_the_language_of_its_reader(prepared: Party) -> None:
    english = make_account("eve@parti.example", RoleName.ORGANISER, "en")
    write(prepared, told=[english.id])
    tell_mentioned(clock.now() + WAITED)
    (email,) = emails(EmailKind.SECURITY_NOTICE)
    assert (email.language, mails()[0]["about"]) == ("en", "the whole message")


def test_nobody_is_told_who_may_not_read_the_campaign(prepared: Party) -> None:
    stranger = make_account("eve@parti.example", RoleName.ORGANISER)
    limit_organiser(stranger.id, [make_list("local").id])
    write(prepared, "@eve", told=[stranger.id])
    assert db.session.scalars(select(CommentMention)).all() == []
    limit_organiser(stranger.id, None)
    write(prepared, told=[stranger.id])
    limit_organiser(stranger.id, [])
    emails_before = len(mails())
    assert tell_mentioned(clock.now() + WAITED) == 0
    assert len(mails()) == emails_before


def test_a_mailbox_gets_only_so_many_emails_a_day(prepared: Party) -> None:
    now = clock.now()
    for number in range(MAILS_A_DAY + 1):
        moment: datetime = now + number * WAITED
        with time_machine.travel(moment, tick=False):
            write(prepared, told=[prepared[2]])
        told = tell_mentioned(moment + WAITED)
        assert told == (1 if number < MAILS_A_DAY else 0)


def test_a_deleted_comment_tells_nobody(prepared: Party) -> None:
    draft_id, author_id, colleague_id = prepared
    comment = write(prepared, told=[colleague_id])
    assert delete_comment(draft_id, comment.id, colleague_id) is CommentError.NOT_DELETED
    assert delete_comment(draft_id, comment.id, author_id) is None
    assert (find_comment(draft_id, comment.id), tell_mentioned(clock.now() + WAITED)) == (None, 0)
    late = write(prepared)
    with time_machine.travel(clock.now() + MAY_BE_DELETED_FOR):
        assert delete_comment(draft_id, late.id, author_id) is CommentError.NOT_DELETED


def test_mentions_in_a_draft_of_the_trash_wait_until_it_is_restored(prepared: Party) -> None:
    write(prepared, told=[prepared[2]])
    trash_draft(prepared[0], None)
    assert tell_mentioned(clock.now() + WAITED) == 0
    take_out_of_trash(prepared[0])
    assert tell_mentioned(clock.now() + WAITED) == 1


@pytest.mark.both_databases
def test_comments_go_with_their_draft(prepared: Party) -> None:
    comment = write(prepared, told=[prepared[2]])
    write(prepared, parent_id=comment.id)
    destroy(prepared[0])
    for table in (CampaignComment, CommentMention):
        assert db.session.scalars(select(table)).all() == []


def test_a_comment_is_of_one_campaign(prepared: Party) -> None:
    comment = write(prepared)
    other = make_campaign(db.session.scalars(select(MailingList)).first())  # type: ignore[arg-type]
    assert resolve_comment(other.id, comment.id, prepared[1]) is CommentError.UNKNOWN
    answer = NewComment(body="Non", parent_id=comment.id)
    assert add_comment(other.id, answer, prepared[1]) is CommentError.UNKNOWN


def test_an_anonymised_author_leaves_the_words_without_the_name(prepared: Party) -> None:
    officer = make_dpo()
    with transaction():
        db.session.get_one(Organiser, officer.id).name = "Zoé Durand"
    write(prepared, "Merci @Zoé Durand")
    with transaction():
        account = db.session.get_one(Organiser, officer.id)
        account.active, account.disabled_at = False, clock.now() - timedelta(days=400)
    anonymise_accounts(365, clock.now())
    assert "Merci" in list_comments(prepared[0])[0].body
    assert "Zo" not in list_comments(prepared[0])[0].body
