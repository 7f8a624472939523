"""Lists the active consents of a person, each with the wording that the person agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from supporters.lists.models import MailingList
from supporters.signup.address_facts import AddressFacts
from supporters.signup.queries import ConsentSubject


@dataclass(frozen=True, kw_only=True)
class ConsentSummary:
    """An active consent of a person, as the page after the confirmation shows it."""

    list_name: str
    wording_text: str
    wording_language: str
    agreed_at: datetime
    event_id: int
    mailing_list: MailingList | None = None


def list_consent_summaries(
    facts: AddressFacts, subjects: Iterable[ConsentSubject]
) -> list[ConsentSummary]:
    """Return the active consents of a person for some subjects."""
    found = (facts.find_consent(each) for each in dict.fromkeys(subjects))
    return [
        ConsentSummary(
            list_name=each.name,
            wording_text=each.wording.text,
            wording_language=each.wording.language,
            agreed_at=each.agreed_at,
            event_id=each.event_id,
            mailing_list=each.mailing_list,
        )
        for each in found
        if each is not None
    ]
