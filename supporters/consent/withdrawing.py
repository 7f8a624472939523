"""Takes back what people agreed to beside lists: as easily as they gave it (GDPR 7(3))."""

from collections.abc import Iterable
from datetime import datetime

from supporters import clock
from supporters.consent.models import Agreement, EventKind, Method
from supporters.consent.queries import list_agreements_of
from supporters.consent.recording import Act, record_act
from supporters.consent.suppressing import purpose_scope, suppress
from supporters.database import db, transaction
from supporters.people.models import Subscriber


def withdraw_agreement(subscriber_id: int, purpose_id: int, method: Method) -> None:
    """End one agreement of a person; a repetition changes nothing."""
    now = clock.now()
    with transaction():
        subscriber = db.session.get(Subscriber, subscriber_id, with_for_update=True)
        agreement = db.session.get(Agreement, (subscriber_id, purpose_id))
        if subscriber is not None and agreement is not None:
            _end(subscriber, [agreement], Act(kind=EventKind.WITHDRAWN, method=method, now=now))


def end_agreements(
    subscriber: Subscriber, kind: EventKind, *, method: Method, now: datetime
) -> None:
    """End all agreements of somebody who leaves or objects; to be called within a transaction."""
    _end(subscriber, list_agreements_of(subscriber.id), Act(kind=kind, method=method, now=now))


def _end(subscriber: Subscriber, agreements: Iterable[Agreement], act: Act) -> None:
    for agreement in agreements:
        purpose_id = agreement.purpose_id
        record_act(
            subscriber, Act(kind=act.kind, method=act.method, now=act.now, purpose_id=purpose_id)
        )
        suppress(subscriber.address_mac, purpose_scope(purpose_id), now=act.now, until=None)
        db.session.delete(agreement)
