"""Creates the sample party through the real signup and confirmation.

No person is inserted into the tables. Each visitor signs up on a page, the outbox sends the
confirmation email to the mailbox, and the visitor confirms with the code or the link in it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser_by_email, get_role
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.models import Campaign
from supporters.consent.act_places import ActPlace, ActSurface
from supporters.consent.models import Method
from supporters.consent.queries import find_wording_to_show
from supporters.database import db, transaction
from supporters.delivery.approval import approve_campaign, ask_approval
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import LaunchResult, launch_campaign
from supporters.delivery.message.previews import send_test
from supporters.delivery.send_journal.worker_registry import unregister
from supporters.development.inbox import Inbox
from supporters.development.sample_data import (
    DRAFT,
    LISTS,
    PERIOD,
    SENT,
    CampaignText,
    Visitor,
    list_visitors,
)
from supporters.extensions import current_settings, queue
from supporters.fast_path.site_edition import use_present_edition
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.mail.links import link_to
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import parse_address
from supporters.people.profile import Profile
from supporters.public_languages import choose_text_language, public_languages
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, ConfirmSubmission, confirm_by_link
from supporters.signup.new_requests import Signup
from supporters.signup.signup_requests import request_signup
from supporters.team.team_invitations import (
    TeamInvitation,
    accept_team_invitation,
    invite_organiser,
)
from supporters.web.public.signup.join_page_finder import find_join_page

OWNER_EMAIL = "proprietaire@parti.example"
AUTHOR_EMAIL = "redactrice@parti.example"
APPROVER_EMAIL = "relectrice@parti.example"
OWNER_PASSWORD = "parti-de-l-exemple"  # noqa: S105 - for development machines only
CAMPAIGN_BEFORE = timedelta(days=6, hours=3)
SampleSignIn = tuple[str, str]
CODE = re.compile(r"(?<![\w-])(\d{3}) (\d{3})(?![\w-])")
CONFIRM_LINK = re.compile(r"/confirm/(\S+)")
Step = tuple[datetime, Callable[[], object]]


class SampleFailed(Exception):
    """The sample party could not be created; the text names the step."""


def find_sample_sign_in() -> SampleSignIn | None:
    """Return the address and the password of the sample owner, if the sample party is here."""
    owner = find_organiser_by_email(OWNER_EMAIL)
    return None if owner is None else (OWNER_EMAIL, OWNER_PASSWORD)


def make_sample() -> Iterator[int]:
    """Create the sample party; yield the progress in percent after each step."""
    now = clock.now()
    with clock.pretend(now - PERIOD - timedelta(hours=1)):
        _make_account(OWNER_EMAIL, "Hugo Lefèvre", RoleName.OWNER)
        _make_account(AUTHOR_EMAIL, "Camille Martin", RoleName.ORGANISER)
        approver = _make_account(APPROVER_EMAIL, "Inès Robert", RoleName.ORGANISER)
        _let_approve(approver)
        lists = [_make_list(text) for text in LISTS]
    steps = sorted(_list_steps(lists, now), key=lambda step: step[0])
    for number, (moment, act) in enumerate(steps, start=1):
        with clock.pretend(moment):
            act()
        yield 100 * number // len(steps)
    unregister()


def _make_account(email: str, name: str, role: RoleName) -> Organiser:
    invited = invite_organiser(email, role, DEFAULT_LANGUAGE, inviter="")
    if not isinstance(invited, TeamInvitation):
        raise SampleFailed(email)
    accepted = accept_team_invitation(invited.welcome_url.rpartition("/")[2], OWNER_PASSWORD)
    if not isinstance(accepted, Organiser):
        raise SampleFailed(email)
    with transaction():
        db.session.get_one(Organiser, accepted.id).name = name
    return accepted


def _let_approve(account: Organiser) -> None:
    """Give an account the right to approve campaigns. It counts after 72 hours."""
    with transaction():
        held = db.session.get_one(Organiser, account.id)
        held.roles.append(get_role(RoleName.APPROVER))


def _make_list(draft: ListDraft) -> MailingList:
    created = create_list(draft)
    if not isinstance(created, MailingList):
        raise SampleFailed(draft.slug)
    return created


def _list_steps(lists: list[MailingList], now: datetime) -> Iterator[Step]:
    for visitor in list_visitors(now):
        actions = _VisitorActions(visitor, [lists[number] for number in visitor.lists])
        yield visitor.signs_up_at, actions.sign_up
        if visitor.confirms_at is not None:
            yield visitor.confirms_at, actions.confirm
        if visitor.unsubscribes_at is not None:
            yield visitor.unsubscribes_at, actions.unsubscribe
    yield now - CAMPAIGN_BEFORE, lambda: _send(SENT, lists[0])
    yield now - timedelta(hours=1), lambda: _write(DRAFT, lists[0])


class _VisitorActions:
    """The actions of one visitor: sign up, confirm, and perhaps unsubscribe."""

    def __init__(self, visitor: Visitor, lists: list[MailingList]) -> None:
        self._visitor = visitor
        self._language = choose_text_language(visitor.language, public_languages()) or ""
        self._lists = lists
        self._public_id = ""
        self._subscriber_id = 0

    def sign_up(self) -> None:
        """Send the form of the signup page."""
        visitor = self._visitor
        wordings = [find_wording_to_show(each.purpose_id, self._language) for each in self._lists]
        signup = Signup(
            address=parse_address(visitor.address),
            profile=Profile(given_name=visitor.given_name, language=self._language),
            mailing_list_id=self._lists[0].id,
            wording_ids=[wording.id for wording in wordings if wording is not None],
            page_url=link_to("public.join", lang_code=self._language, slug=self._lists[0].slug),
            page_snapshot_id=_keep_page(self._lists[0], self._language),
            place=ActPlace(surface=ActSurface.SITE),
        )
        self._public_id = request_signup(signup)
        _send_emails()

    def confirm(self) -> None:
        """Confirm with the code or the link in the confirmation email."""
        email = Inbox(current_settings().instance_dir).find_newest_to(self._visitor.address)
        text = email.text if email else ""
        code, link = CODE.search(text), CONFIRM_LINK.search(text)
        if code is None or link is None:
            raise SampleFailed(self._visitor.address)
        confirmed = (
            confirm_by_code(self._public_id, code[1] + code[2])
            if self._visitor.by_code
            else confirm_by_link(link[1], ConfirmSubmission(given_name=self._visitor.given_name))
        )
        if not isinstance(confirmed, ConfirmedSignup):
            raise SampleFailed(self._visitor.address)
        self._subscriber_id = confirmed.subscriber_id

    def unsubscribe(self) -> None:
        """Unsubscribe by the link in an email. Visitors without a name object instead."""
        if self._visitor.given_name is None:
            object_to_everything(self._subscriber_id)
        else:
            unsubscribe_from_every_list(self._subscriber_id, Method.ONE_CLICK)
        _send_emails()


def _send_emails() -> None:
    """Send the emails that an act has written."""
    queue.run_all()
    send_due_emails()


def _keep_page(mailing_list: MailingList, language: str) -> int:
    """Store a page snapshot of the signup page as a visitor sees it now."""
    path, base_url = f"/{language}/join/{mailing_list.slug}", current_settings().base_url
    with current_app.test_request_context(path, base_url=base_url), force_locale(language):
        current_app.preprocess_request()
        use_present_edition()
        page = find_join_page(mailing_list.slug)
        if page is None:
            raise SampleFailed(mailing_list.slug)
        return page.store_snapshot()


def _write(text: CampaignText, mailing_list: MailingList) -> Campaign:
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id,
        language=DEFAULT_LANGUAGE,
        subject=text.subject,
        body=text.body,
    )
    return create_campaign(draft, author_id=None)


def _send(text: CampaignText, mailing_list: MailingList) -> None:
    """Test, approve and launch a campaign, as two persons do."""
    campaign = _write(text, mailing_list)
    owner, approver = (_get_account(each) for each in (OWNER_EMAIL, APPROVER_EMAIL))
    steps = (
        send_test(campaign, owner.id),
        ask_approval(campaign.id, owner.id),
        approve_campaign(campaign.id, approver.id),
        _launch(campaign, owner),
    )
    if not isinstance(steps[-1], Campaign):
        raise SampleFailed(text.subject)
    _send_emails()
    send_here()


def _launch(campaign: Campaign, owner: Organiser) -> LaunchResult:
    """Launch a campaign that nobody will correct: it begins at once."""
    settings = current_settings()
    current_app.extensions["settings"] = replace(settings, grace_seconds=0)
    launched = launch_campaign(campaign.id, by_id=owner.id)
    current_app.extensions["settings"] = settings
    return launched


def _get_account(email: str) -> Organiser:
    account = find_organiser_by_email(email)
    if account is None:
        raise SampleFailed(email)
    return account
