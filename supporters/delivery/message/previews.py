"""Shows a campaign before it is sent: a preview, and test emails to the team."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from html import escape
from itertools import product

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import lock_organiser
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign, CampaignTest
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.states import has_ledger, is_frozen
from supporters.campaigns.versions import get_current_version, hash_of
from supporters.consent.models import Purpose
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db, in_transaction, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.frozen_versions import freeze_draft, read_campaign
from supporters.delivery.message.rendered_campaign import (
    NOBODY,
    OF_A_TEST,
    CompiledCampaign,
    PreviewReader,
    RenderedEmail,
)
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.lists.list_sender import sender_values
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.notices.security_notices import name_of_actor
from supporters.people.addresses import address_mac, key_of
from supporters.reconfirmation.reconfirmation_mails import write_sample
from supporters.team.list_scopes import list_team_of

BODY_TAG = re.compile(r"<body[^>]*>")
TEST_IS_USEFUL_FOR = timedelta(hours=1)
TESTS_A_DAY = 10  # enough to correct a text; more would be mail to one mailbox without an approval
TESTS_SENT_A_DAY = 50  # by one account, to all colleagues


class SendTestError(Enum):
    """Why no test email was sent.

    FROZEN_EARLIER: the templates or the settings have changed since approval was asked for, so the
    test would not show what was frozen.
    """

    CONTENT_FAULTY = auto()
    LAUNCHED = auto()
    FROZEN_EARLIER = auto()
    ADDRESS_UNCONFIRMED = auto()
    OBJECTED = auto()
    TOO_MANY = auto()
    SENT_TOO_MANY = auto()
    NOT_A_READER = auto()


@dataclass(frozen=True)
class SentTests:
    """The accounts that get a test, and why others get none."""

    sent: set[int]
    refused: dict[int, SendTestError]


def preview_campaign(campaign: Campaign, given_name: str | None = None) -> RenderedEmail:
    """Return the email as a reader of this name would get it; its links lead to nobody.

    A frozen or launched campaign is shown as it was frozen.
    """
    return preview_frozen(read_campaign(campaign).in_language(campaign.language), given_name)


def preview_frozen(frozen: FrozenCampaign, given_name: str | None = None) -> RenderedEmail:
    """Return the email of a text that is rendered already, as a reader of this name gets it."""
    return frozen.render(_reader(given_name))


def send_test(campaign: Campaign, organiser_id: int) -> SendTestError | None:
    """Put a test email in each language into the outbox for one account, as `send_tests` does."""
    sent = send_tests(campaign, [organiser_id])
    return sent if isinstance(sent, SendTestError) else sent.refused.get(organiser_id)


def send_tests(
    campaign: Campaign,
    organiser_ids: Collection[int],
    given_name: str | None = None,
    *,
    languages: Collection[str] = (),
) -> SentTests | SendTestError:
    """Put test emails into the outbox for accounts of the team; a few a day are allowed to each.

    Their footer says that they are tests. They go only to accounts that may read the campaign, to
    addresses that were proved, and never to one that objected. Each is recorded with the hash of
    the message. They show a reader of this first name, or one without, in some of the campaign's
    languages, or in all.
    """
    if find_campaign_faults(campaign):
        return SendTestError.CONTENT_FAULTY
    if has_ledger(campaign.status):
        return SendTestError.LAUNCHED
    shown = hash_of(freeze_draft(campaign, get_list(campaign.mailing_list_id)).serialise())
    if is_frozen(campaign.status) and get_current_version(campaign).hash != shown:
        return SendTestError.FROZEN_EARLIER
    sender_id = current_actor().account_id
    texts = [
        _RenderedTest.of(each, None if each is campaign else each.language, given_name)
        for each in list_in_languages(campaign)
        if not languages or each.language in languages
    ]
    put, refused = 0, dict[int, SendTestError]()
    with transaction():
        room = _lock_accounts({*organiser_ids}, sender_id)
        team = {account.id for account in list_team_of(campaign.list_ids)}
        for organiser_id, text in product(sorted({*organiser_ids}), texts):
            email = _refuse_before(organiser_id, team, room - put) or _put_test(
                organiser_id, text.language, text.values
            )
            if isinstance(email, SendTestError):
                refused[organiser_id] = email
                continue
            put += 1
            test = {"campaign_id": campaign.id, "hash": shown, "language": text.other}
            who = {"organiser_id": organiser_id, "sent_by": sender_id}
            sent_at = email.created_at
            db.session.add(CampaignTest(id=new_id(sent_at), sent_at=sent_at, **test, **who))
        if put:
            record_team_act(DeliveryAct.CAMPAIGN_TESTED, campaign.id, {"tests": put})
    return SentTests({*organiser_ids} - {*refused}, refused)


@dataclass(frozen=True)
class _RenderedTest:
    """A test in one language; `other` is empty for the first one of the campaign."""

    language: str
    other: str | None
    values: dict[str, str]

    @classmethod
    def of(cls, campaign: Campaign, other: str | None, given_name: str | None) -> "_RenderedTest":
        content = _render_test(campaign, given_name)
        values = {
            "subject": content.subject,
            "text": content.text,
            "html": content.html,
            **sender_values(get_list(campaign.mailing_list_id)),
        }
        return cls(campaign.language, other, values)


@in_transaction
def _lock_accounts(organiser_ids: set[int], sender_id: int | None) -> int:
    """Lock the accounts in one order; return how many tests the sender may still send today."""
    for account_id in sorted(organiser_ids | ({sender_id} if sender_id else set())):
        lock_organiser(account_id)
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    counted = select(func.count()).where(
        CampaignTest.sent_by == sender_id, CampaignTest.sent_at >= midnight
    )
    return TESTS_SENT_A_DAY - (db.session.scalar(counted) or 0)


def _refuse_before(organiser_id: int, team: set[int], room: int) -> SendTestError | None:
    if organiser_id not in team:
        return SendTestError.NOT_A_READER
    return SendTestError.SENT_TOO_MANY if room <= 0 else None


def send_reconfirmation_test(purpose: Purpose, organiser_id: int) -> SendTestError | None:
    """Put a reconfirmation email into the outbox as a test for an organiser, in their language."""
    organiser = db.session.get_one(Organiser, organiser_id)
    sample = write_sample(purpose, organiser.language)
    if sample is None:
        return SendTestError.CONTENT_FAULTY
    with force_locale(organiser.language):
        note = gettext("This is a test. It was sent only to the organiser who asked for it.")
    marked = f"<p>{escape(note)}</p>"
    values = {
        "subject": str(sample.subject),
        "text": f"{note}\n\n{sample.body}",
        "html": BODY_TAG.sub(lambda tag: tag[0] + marked, str(sample.html), count=1),
    }
    with transaction():
        put = _put_test(organiser_id, organiser.language, values)
        if isinstance(put, OutboxEmail):
            record_team_act(DeliveryAct.RECONFIRMATION_TESTED, purpose.id)
    if isinstance(put, SendTestError):
        return put
    return None


@in_transaction
def _put_test(
    organiser_id: int, language: str, values: TemplateValues
) -> OutboxEmail | SendTestError:
    now = clock.now()
    organiser = db.session.get_one(Organiser, organiser_id, with_for_update=True)
    if refusal := _judge(organiser, now.date()):
        return refusal
    organiser.tests = _tests_on(organiser, now.date()) + 1
    organiser.tested_on = now.date()
    draft = EmailDraft(
        kind=EmailKind.CAMPAIGN_TEST,
        recipient=organiser.email,
        language=language,
        values=values,
        useful_for=TEST_IS_USEFUL_FOR,
    )
    return put_email(draft, now=now)


def is_test_wanted(_email: OutboxEmail, recipient: str, _values: TemplateValues) -> bool:
    """Tell whether the organiser may still get a test email: they may have objected since."""
    return not _has_objected(recipient)


def _judge(organiser: Organiser, today: date) -> SendTestError | None:
    if organiser.is_address_unproved:
        return SendTestError.ADDRESS_UNCONFIRMED
    if _has_objected(organiser.email):
        return SendTestError.OBJECTED
    return SendTestError.TOO_MANY if _tests_on(organiser, today) >= TESTS_A_DAY else None


def _tests_on(organiser: Organiser, day: date) -> int:
    return organiser.tests if organiser.tested_on == day else 0


def _has_objected(address: str) -> bool:
    return is_suppressed(address_mac(key_of(address)), [EVERYTHING], clock.now())


def _render_test(campaign: Campaign, given_name: str | None) -> RenderedEmail:
    """Return the email with the frame of a test: it names its sender, and no sign-up."""
    compiled = CompiledCampaign(
        campaign,
        get_list(campaign.mailing_list_id),
        frame=OF_A_TEST,
        sent_by=_name_of_sender(),
    )
    return compiled.render(_reader(given_name))


def _name_of_sender() -> str:
    actor = current_actor()
    is_named = actor.account_id is not None or actor.name is not None
    return name_of_actor() if is_named else current_settings().party_name


def _reader(given_name: str | None) -> PreviewReader:
    return PreviewReader(subscriber_id=NOBODY, given_name=given_name, subscribed_at=clock.now())
