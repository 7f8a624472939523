"""Tells of an export at once: the data protection officer, and every owner but who made it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale, format_date, format_time

from supporters.consent.log.models import Disclosure
from supporters.database import in_transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.mail.links import link_to
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Draft, put_letter
from supporters.organisers.models import RoleName
from supporters.organisers.queries import list_at_work

USEFUL_FOR = timedelta(days=7)


def list_told(asked_by: str) -> dict[str, str]:
    """Return who is told of an export by this account, and in which language (address: code)."""
    told = {current_settings().dpo_contact: DEFAULT_LANGUAGE}
    for organiser in list_at_work(RoleName.DPO, RoleName.OWNER):
        told[organiser.email] = organiser.language
    if asked_by != current_settings().dpo_contact:
        told.pop(asked_by, None)
    return told


@in_transaction
def put_letters(disclosure: Disclosure, list_name: str) -> Sequence[Letter]:
    """Put a letter for each of them into the outbox."""
    return [
        put_letter(
            Draft(
                kind=LetterKind.EXPORT_MADE,
                recipient=recipient,
                language=language,
                values={
                    "asked_by": disclosure.asked_by,
                    "list_name": list_name,
                    "people": disclosure.people,
                    "reason": disclosure.reason,
                    "when": _describe(disclosure.occurred_at, language),
                    "exports_url": link_to("console.exports"),
                },
                useful_for=USEFUL_FOR,
            ),
            now=disclosure.occurred_at,
        )
        for recipient, language in list_told(disclosure.asked_by).items()
    ]


def _describe(moment: datetime, language: str) -> str:
    with force_locale(language):
        return f"{format_date(moment, 'long')}, {format_time(moment, 'short')}"
