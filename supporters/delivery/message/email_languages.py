"""Notes in the ledger in which language each email of a campaign leaves, and counts the readers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy import func, select

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_other_texts
from supporters.database import db, in_transaction, update_where
from supporters.delivery.audience import select_audience
from supporters.delivery.models import Delivery
from supporters.delivery.stored_audiences.audience_counts import find_stored
from supporters.dialects import in_values
from supporters.people.models import Subscriber


class ReaderOfLanguage(Protocol):
    """A recipient and the language that they want our messages in."""

    @property
    def subscriber_id(self) -> int: ...
    @property
    def language(self) -> str: ...


class ClaimedEmails(Protocol):
    """The emails of a claim, before the first of them leaves."""

    @property
    def campaign_id(self) -> int: ...
    @property
    def batch(self) -> int: ...
    @property
    def recipients(self) -> Sequence[ReaderOfLanguage]: ...


@in_transaction
def note_languages(claim: ClaimedEmails, other_languages: Collection[str]) -> None:
    """Write the language of each email of a claim, before the first of them leaves.

    An email that is tried again is in the language that its reader has by then. The first language
    of the campaign is stored as none, and a campaign in one language stores nothing.
    """
    if not other_languages:
        return
    readers: dict[str | None, list[int]] = defaultdict(list)
    for each in claim.recipients:
        language = each.language if each.language in other_languages else None
        readers[language].append(each.subscriber_id)
    for language, subscriber_ids in readers.items():
        update_where(
            Delivery,
            Delivery.campaign_id == claim.campaign_id,
            Delivery.batch == claim.batch,
            in_values(Delivery.subscriber_id, subscriber_ids),
            Delivery.language.is_distinct_from(language),
            language=language,
        )


def count_readers(campaign: Campaign) -> dict[str, int]:
    """Return how many people a launch would write to now, by the language that they chose.

    It is empty for a campaign in one language: nobody has to count for it. Of long lists it is the
    stored count, if there is one.
    """
    if not list_other_texts(campaign.id):
        return {}
    if stored := find_stored(campaign):
        return dict(stored.by_language)
    people = select_audience(campaign, clock.now())
    counted = select(Subscriber.language, func.count().label("people")).join(
        people, people.c.subscriber_id == Subscriber.id
    )
    rows = db.session.execute(counted.group_by(Subscriber.language))
    return {each.language: each.people for each in rows}
