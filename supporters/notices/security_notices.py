"""Notifies accounts by email about the security of an account, or of the whole console."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Self

from flask import Flask, current_app
from flask_babel import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.actors import current_actor
from supporters.database import in_transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.submodules import collect_members, require_declared

USEFUL_FOR = timedelta(days=7)
Recipients = Mapping[str, str]


class Notice(StrEnum):
    """A notice with its words. Each feature declares its own as an enum of this class.

    The words may use the values that its sender gives, as %(name)s.
    """

    subject: LazyString
    paragraphs: Sequence[LazyString]
    button: LazyString

    def __new__(cls, key: str, subject: LazyString, *paragraphs_and_button: LazyString) -> Self:
        """Make a notice of its values: key, subject, paragraphs, the words of the button."""
        notice = str.__new__(cls, key)
        notice._value_, notice.subject = key, subject
        *notice.paragraphs, notice.button = paragraphs_and_button
        return notice


def owners_and_officer(*besides: Organiser) -> Recipients:
    """Return the addresses of the owners and of the officer, and of others, with languages.

    The contact address of the data protection officer gets it too, also without an account.
    """
    recipients = {current_settings().dpo_contact: DEFAULT_LANGUAGE}
    for organiser in (*list_active_organisers(RoleName.DPO, RoleName.OWNER), *besides):
        recipients[organiser.email] = organiser.language
    return recipients


def other_owners_and_officer() -> Recipients:
    """Return the same addresses without that of the account that acts."""
    actor = current_actor().account_id
    account = None if actor is None else find_organiser(actor)
    own = None if account is None else account.email
    return {each: code for each, code in owners_and_officer().items() if each != own}


def name_of_actor() -> str:
    """Return the account that acts, or "shell:" and the name of the user."""
    actor = current_actor()
    if actor.account_id is None:
        return f"shell:{actor.name}" if actor.name else actor.kind.value
    account = find_organiser(actor.account_id)
    return account.name_and_address if account else str(actor.account_id)


def only(organisers: Iterable[Organiser]) -> Recipients:
    """Return the addresses of these accounts with their languages."""
    return {each.email: each.language for each in organisers}


def init_app(app: Flask) -> None:
    """Collect the notices of all features, for the template of their emails."""
    notices = app.extensions["notices"] = collect_members(Notice)
    app.jinja_env.globals["notices"] = notices
    app.add_template_filter(_fill, "fill")


@pass_context
def _fill(context: Context, text: LazyString) -> str:
    """Return a text with the values of its email filled in."""
    return str(text) % context


@in_transaction
def put_notice(
    notice: Notice, recipients: Recipients, values: Mapping[str, str | int], *, url: str
) -> None:
    """Put a notice into the outbox, an email for each recipient; a worker gets it at the commit.

    `values` are those of its words; `url` is the page of its button.
    """
    require_declared(notice, current_app.extensions["notices"])
    for address, language in recipients.items():
        draft = EmailDraft(
            kind=EmailKind.SECURITY_NOTICE,
            recipient=address,
            language=language,
            values={"notice": notice.value, "notice_url": url, **values},
            useful_for=USEFUL_FOR,
        )
        put_email(draft, now=clock.now())
