"""Opens the case of a request that came by email, by post, by phone or in person."""

from dataclasses import dataclass
from datetime import date, datetime, time

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.cases.acts import CaseTeamAct
from supporters.cases.acts_on_behalf import OnBehalfError, may_act_on_behalf, record_on_behalf
from supporters.cases.behalf_reports import draft_report, put_report
from supporters.cases.case_service import open_case
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.rules import PARIS, due_at
from supporters.cases.stop_writing import stop_all_mail_to
from supporters.consent.models import Method
from supporters.database import in_transaction, use_case
from supporters.lists.acts import ListAct
from supporters.lists.subscriptions import object_by_address
from supporters.people.activity import record_activity
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import Address
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key, lock_subscriber
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.restriction import restrict_person


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """A request: its kind, channel and date of receipt, and the address that it names, if any."""

    kind: CaseKind
    channel: Channel
    received_on: date
    note: str
    address: Address | None = None

    @property
    def acts_at_once(self) -> bool:
        """Whether the case stops or restricts something when it opens."""
        return self.address is not None and self.kind in {CaseKind.OBJECTION, CaseKind.DISPUTE}


@use_case
def receive_request(request: ReceivedRequest) -> Case | OnBehalfError:
    """Open the case of a request; its time counts from the day of receipt.

    If the person says that they never signed up, their data is restricted, as on the page for it.
    An objection stops all mail to the address at once, for a known person or not; we keep only a
    hash of the address. Both count as acts on behalf of a person. Any request counts as an act of
    the person.
    """
    now = clock.now()
    known = _lock_person_of(request.address)
    if request.acts_at_once and not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    received_at = min(datetime.combine(request.received_on, time(12), PARIS), now)
    case = open_case(
        request.kind,
        request.channel,
        now=now,
        subscriber_id=None if known is None else known.id,
    )
    case.received_at, case.due_at = received_at, due_at(received_at)
    case.note = request.note
    record_team_act(CaseTeamAct.OPENED, case.id, {"kind": case.kind.value})
    if known is not None:
        record_activity(known, received_at)
    if request.acts_at_once:
        _act_at_once(request, known, now)
    return case


@in_transaction
def _act_at_once(request: ReceivedRequest, known: Subscriber | None, now: datetime) -> None:
    details = {"channel": request.channel.value}
    if request.kind is CaseKind.DISPUTE:
        if known is not None:
            is_new = known.restricted_at is None
            restrict_person(known.id, Method.ORGANISER, now=now)
            record_on_behalf(PersonAct.RESTRICTED, known.id, details)
            if is_new:
                report = draft_report(known, PersonAct.RESTRICTED, request.channel, now=now)
                put_report(report, now=now)
    elif known is not None:
        stop_all_mail_to(known, request.channel)
    elif request.address is not None:
        object_by_address(address_mac(request.address.key), now=now)
        record_on_behalf(ListAct.PERSON_STOPPED, None, details)


def _lock_person_of(address: Address | None) -> Subscriber | None:
    known = None if address is None else find_subscriber_by_key(address.key)
    return None if known is None else lock_subscriber(known.id)
