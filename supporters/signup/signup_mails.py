"""Writes the email that answers a signup: a confirmation link, or the link to manage lists.

An address that gets no email has the same work done (ADR 011).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import current_settings, current_tokens
from supporters.lists.list_sender import sender_values
from supporters.lists.models import list_name_of
from supporters.mail.links import link_with_token
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, TemplateValues, describe_email
from supporters.people.addresses import Address
from supporters.people.refused_addresses import is_disposable, is_of_a_role
from supporters.signup.new_requests import Signup
from supporters.signup.queries import TickedBox, name_of_box
from supporters.signup.rules import (
    MANAGE_LINK_LIFETIME,
    REQUEST_LIFETIME,
    SignupEmails,
    SignupMail,
    choose_signup_mail,
)
from supporters.signup.shared_rows import find_shared_list, list_shared_ticked
from supporters.signup.signup_facts import SignupFacts
from supporters.signup.signup_secrets import RequestSecrets, group_digits

NOBODY = 0  # an unknown address takes the same steps as a known one


def describe_signup_mail(
    signup: Signup, facts: SignupFacts, secrets: RequestSecrets, *, now: datetime
) -> dict[str, Any]:
    """Return the columns of the email. An email that must not be sent is withheld."""
    ticked = list_shared_ticked(signup.wording_ids)
    answer = choose_signup_mail(
        is_subscribed_already={each.purpose.id for each in ticked} <= facts.purpose_ids,
        is_blocked=facts.is_blocked or _is_refused(signup.address),
        emails=SignupEmails(
            confirmations=[at for kind, at in facts.emails if kind is EmailKind.CONFIRM_SIGNUP],
            all=[at for _, at in facts.emails],
            intervals=signup.intervals,
        ),
        now=now,
    )
    is_known = answer is SignupMail.ALREADY_SUBSCRIBED
    language = signup.profile.language
    # Each takes time (ADR 011).
    both = _confirm_values(secrets, language), _manage_values(facts, language)
    draft = EmailDraft(
        kind=EmailKind.ALREADY_SUBSCRIBED if is_known else EmailKind.CONFIRM_SIGNUP,
        recipient=signup.address.text,
        language=language,
        values={
            **both[is_known],
            "list_names": _list_names(signup, ticked),
            **sender_values(find_shared_list(signup.mailing_list_id)),
        },
        useful_for=REQUEST_LIFETIME,
        rate_mac=facts.macs.mailbox,
    )
    return describe_email(draft, now=now, is_withheld=answer is SignupMail.NOTHING)


def _is_refused(address: Address) -> bool:
    refuses_disposable = current_settings().refuses_disposable
    return is_of_a_role(address) or (refuses_disposable and is_disposable(address))


def _confirm_values(secrets: RequestSecrets, language: str) -> TemplateValues:
    return {
        "confirm_url": link_with_token("public.confirm", language, secrets.confirm_token),
        "not_me_url": link_with_token("public.not_me", language, secrets.not_me_token),
        "code": group_digits(secrets.code),
        "hours": int(REQUEST_LIFETIME.total_seconds() // 3600),
    }


def _manage_values(facts: SignupFacts, language: str) -> TemplateValues:
    token = current_tokens().sign(TokenPurpose.MANAGE, facts.subscriber_id or NOBODY)
    return {
        "manage_url": link_with_token("public.subscriptions", language, token),
        "hours": int(MANAGE_LINK_LIFETIME.total_seconds() // 3600),
    }


def _list_names(signup: Signup, ticked: Sequence[TickedBox]) -> list[str]:
    """Return the names of the ticked boxes, first that of the list of the page."""
    language, page_list_id = signup.profile.language, signup.mailing_list_id
    ticked = sorted(
        ticked, key=lambda each: not (each[0] is not None and each[0].id == page_list_id)
    )
    names = [list_name_of(each.mailing_list, language) for each in ticked if each.mailing_list]
    if len(names) == len(ticked):
        return names
    with force_locale(language):
        return [name_of_box(each) for each in ticked]
