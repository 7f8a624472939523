"""Requests for rights: to be an owner, to approve, to export. Another owner agrees (ADR 048).

A request is valid for a week. The only owner of a new party makes the second one alone, because
nobody else could agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RightRequestStatus, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers, lock_organisers
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.audit_log.audit_events import record_act
from supporters.database import db, in_transaction, use_case
from supporters.ids import new_id
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, name_of_actor, only, put_notice
from supporters.team.accounts import give_right
from supporters.team.acts import TeamAct, TeamNotice
from supporters.team.states import RIGHT_REQUEST_STATES, RightRequestMove

VALID_FOR = timedelta(days=7)
REQUESTED: dict[RoleName, Notice] = {
    RoleName.OWNER: TeamNotice.OWNER_REQUESTED,
    RoleName.APPROVER: TeamNotice.APPROVAL_REQUESTED,
    RoleName.EXPORTER: TeamNotice.EXPORT_REQUESTED,
}


class RequestRightError(Enum):
    """Why a right can't be requested, or a request can't be decided."""

    UNKNOWN = auto()
    NOT_AN_OWNER = auto()
    ALREADY_HELD = auto()
    ALREADY_REQUESTED = auto()
    DISABLED = auto()
    NOT_OPEN = auto()
    OWN_REQUEST = auto()


@use_case
def request_right(
    organiser_id: int, right: RoleName, requester_id: int
) -> RightRequest | RequestRightError:
    """Request a right for an account. The first second owner is made at once."""
    now = clock.now()
    team = lock_organisers()
    organiser, requester = find_organiser(organiser_id), find_organiser(requester_id)
    if organiser is None or requester is None:
        return RequestRightError.UNKNOWN
    if not requester.is_owner_at_work:
        return RequestRightError.NOT_AN_OWNER
    if not organiser.active:
        return RequestRightError.DISABLED
    if organiser.has_role(right.value):
        return RequestRightError.ALREADY_HELD
    _lapse_old(now)
    if _find_open(organiser_id, right) is not None:
        return RequestRightError.ALREADY_REQUESTED
    request = _open(organiser, right, requester_id)
    if right is RoleName.OWNER and is_sole_owner(requester, team):
        _grant(request, organiser, requester_id)
    else:
        _notify(request, organiser)
    return request


@use_case
def grant_request(
    request_id: int, owner_id: int
) -> RightRequest | RequestRightError | SecondPersonFault:
    """Agree to a request: another owner, who counts as the second person."""
    lock_organisers()
    request = _find_decidable(request_id)
    if isinstance(request, RequestRightError):
        return request
    owner, organiser = find_organiser(owner_id), find_organiser(request.organiser_id)
    if owner is None or organiser is None:
        return RequestRightError.UNKNOWN
    fault = find_decision_fault(request, owner, clock.now())
    if fault is not None:
        return fault
    if not organiser.active:
        return RequestRightError.DISABLED
    _grant(request, organiser, owner_id)
    return request


def find_decision_fault(
    request: RightRequest, owner: Organiser, now: datetime
) -> RequestRightError | SecondPersonFault | None:
    """Return why an owner can't agree to a request; None if they can."""
    if request.requested_by_id == owner.id:
        return RequestRightError.OWN_REQUEST
    return find_second_person_fault(
        owner,
        request.requested_by_id,
        now,
        right=RoleName.OWNER,
        began_at=request.requested_at,
    )


@use_case
def decline_request(request_id: int, owner_id: int) -> RightRequest | RequestRightError:
    """Decline a request. Any owner can; the one who made it withdraws it by this."""
    lock_organisers()
    request = _find_decidable(request_id)
    if isinstance(request, RequestRightError):
        return request
    owner, organiser = find_organiser(owner_id), find_organiser(request.organiser_id)
    if owner is None or organiser is None or not owner.is_owner_at_work:
        return RequestRightError.NOT_AN_OWNER
    if owner_id == request.requested_by_id:
        _decide(request, RightRequestMove.WITHDRAW, owner_id)
    else:
        _decide(request, RightRequestMove.DECLINE, owner_id)
        _tell_requester(request, organiser)
    details = {"right": request.role.value, "outcome": request.status.value}
    record_act(TeamAct.RIGHT_DECLINED, organiser.id, details)
    return request


def find_right_request(request_id: int, now: datetime) -> RightRequest | None:
    """Return an open request of the last week."""
    request = db.session.get(RightRequest, request_id)
    if request is None or request.status is not RightRequestStatus.OPEN:
        return None
    return request if request.requested_at > now - VALID_FOR else None


def list_right_requests(now: datetime) -> Sequence[tuple[RightRequest, Organiser]]:
    """Return the open requests of the last week with their accounts, oldest first."""
    rows = db.session.execute(
        select(RightRequest, Organiser)
        .join(Organiser, Organiser.id == RightRequest.organiser_id)
        .where(
            RightRequest.status == RightRequestStatus.OPEN,
            RightRequest.requested_at > now - VALID_FOR,
        )
        .order_by(RightRequest.id)
    )
    return [(request, organiser) for request, organiser in rows]


def is_sole_owner(owner: Organiser, team: Sequence[Organiser]) -> bool:
    """Tell whether no other account is an owner, is invited as one, or was one."""
    return owner.is_owner_at_work and not any(
        each.was_owner or each.has_role(RoleName.OWNER.value)
        for each in team
        if each.id != owner.id
    )


@in_transaction
def lapse_requests_of(organiser: Organiser) -> None:
    """End the open requests for an account."""
    for request in db.session.scalars(
        select(RightRequest).where(
            RightRequest.organiser_id == organiser.id,
            RightRequest.status == RightRequestStatus.OPEN,
        )
    ):
        _decide(request, RightRequestMove.LAPSE, None)


def _open(organiser: Organiser, right: RoleName, requester_id: int) -> RightRequest:
    now = clock.now()
    request = RightRequest(
        id=new_id(now),
        organiser_id=organiser.id,
        role=right,
        status=RightRequestStatus.OPEN,
        requested_by_id=requester_id,
        requested_at=now,
    )
    db.session.add(request)
    record_act(TeamAct.RIGHT_REQUESTED, organiser.id, {"right": right.value})
    return request


def _grant(request: RightRequest, organiser: Organiser, owner_id: int) -> None:
    _decide(request, RightRequestMove.GRANT, owner_id)
    if not organiser.has_role(request.role.value):  # a command may have given it meanwhile
        give_right(organiser, request.role)


def _decide(request: RightRequest, move: RightRequestMove, owner_id: int | None) -> None:
    RIGHT_REQUEST_STATES.transition(request, move)
    request.decided_by_id, request.decided_at = owner_id, clock.now()


def _find_decidable(request_id: int) -> RightRequest | RequestRightError:
    request = find_right_request(request_id, clock.now())
    return RequestRightError.NOT_OPEN if request is None else request


def _find_open(organiser_id: int, right: RoleName) -> RightRequest | None:
    return db.session.scalar(
        select(RightRequest).where(
            RightRequest.organiser_id == organiser_id,
            RightRequest.role == right,
            RightRequest.status == RightRequestStatus.OPEN,
        )
    )


def _lapse_old(now: datetime) -> None:
    for request in db.session.scalars(
        select(RightRequest).where(
            RightRequest.status == RightRequestStatus.OPEN,
            RightRequest.requested_at <= now - VALID_FOR,
        )
    ):
        _decide(request, RightRequestMove.LAPSE, None)
    db.session.flush()


def _notify(request: RightRequest, organiser: Organiser) -> None:
    owners = list_active_organisers(RoleName.OWNER)
    values = {"account": organiser.shown_name, "actor": name_of_actor()}
    others = only(each for each in owners if each.id != request.requested_by_id)
    url = link_to("console.show_right_request", request_id=request.id)
    put_notice(REQUESTED[request.role], others, values, url=url)


def _tell_requester(request: RightRequest, organiser: Organiser) -> None:
    requester = request.requested_by_id and find_organiser(request.requested_by_id)
    if not requester:
        return
    values = {"account": organiser.shown_name, "actor": name_of_actor()}
    team = link_to("console.organisers")
    put_notice(TeamNotice.REQUEST_DECLINED, only([requester]), values, url=team)
