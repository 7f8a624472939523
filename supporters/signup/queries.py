"""Reads of signup requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import aliased, selectinload

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import OptionalPurpose, Purpose, PurposeKind, Wording
from supporters.database import db
from supporters.dialects import in_values
from supporters.lists.models import ListPurpose, ListTerritory, MailingList, list_name_of
from supporters.lists.queries import IN_ORDER
from supporters.mail.models import OutboxEmail
from supporters.public_languages import choose_text_language
from supporters.signup.models import SignupChoice, SignupRequest

SignupBox = tuple[MailingList | None, Wording]


class ConsentSubject(NamedTuple):
    """The subject of a purpose. Purposes of one list, or of one kind without a list, share it."""

    list_id: int | None
    kind: PurposeKind


class TickedBox(NamedTuple):
    """A ticked box of a signup page: its list, if it has one, its wording and its purpose."""

    mailing_list: MailingList | None
    wording: Wording
    purpose: Purpose


class Choice(NamedTuple):
    """A stored ticked box: its list, if it has one, its wording and its purpose."""

    row: SignupChoice
    mailing_list: MailingList | None
    wording: Wording
    purpose: Purpose

    @property
    def subject(self) -> ConsentSubject:
        """The subject of the box."""
        return ConsentSubject(self.row.mailing_list_id, self.purpose.kind)


@dataclass(frozen=True, kw_only=True)
class RequestWithChoices:
    """A signup request and its ticked boxes."""

    request: SignupRequest
    choices: Sequence[Choice]


def find_request(public_id: str) -> SignupRequest | None:
    """Return the request with this public id."""
    return db.session.scalar(select(SignupRequest).where(SignupRequest.public_id == public_id))


def is_found_dead(public_ids: Sequence[str], address_key: str) -> bool | None:
    """Tell whether the email of one of these requests of an address came back: nobody has it.

    None if no email came back; False if one did for another reason.
    """
    found = db.session.scalars(
        select(OutboxEmail.is_dead)
        .join(SignupRequest, SignupRequest.email_id == OutboxEmail.id)
        .where(
            SignupRequest.public_id.in_(public_ids),
            SignupRequest.address_key == address_key,
            OutboxEmail.bounced_at.is_not(None),
        )
    ).all()
    return any(found) if found else None


def find_request_with_choices(public_id: str) -> RequestWithChoices | None:
    """Return a request with its ticked boxes: lists first, then purposes without a list."""
    rows = db.session.execute(
        select(SignupRequest, SignupChoice, MailingList, Wording, Purpose)
        .outerjoin(SignupChoice, SignupChoice.signup_request_id == SignupRequest.id)
        .outerjoin(MailingList, MailingList.id == SignupChoice.mailing_list_id)
        .outerjoin(Wording, Wording.id == SignupChoice.wording_id)
        .outerjoin(Purpose, Purpose.id == SignupChoice.purpose_id)
        .where(SignupRequest.public_id == public_id)
        .order_by(MailingList.id.is_(None), MailingList.id, SignupChoice.purpose_id)
    ).all()
    if not rows:
        return None
    boxes = [_make_choice(*row[1:]) for row in rows]
    return RequestWithChoices(request=rows[0][0], choices=[each for each in boxes if each])


def _make_choice(
    row: SignupChoice | None, *joined: *tuple[MailingList | None, Wording, Purpose]
) -> Choice | None:
    """Return a choice from the outer joins, or None for a request without boxes."""
    return None if row is None else Choice(row, *joined)


def list_ticked_boxes(wording_ids: Sequence[int]) -> list[TickedBox]:
    """Return the boxes of these wordings, in this order."""
    rows = db.session.execute(
        select(Wording, MailingList, Purpose)
        .join(Purpose, Purpose.id == Wording.purpose_id)
        .outerjoin(ListPurpose, ListPurpose.purpose_id == Purpose.id)
        .outerjoin(MailingList, MailingList.id == ListPurpose.mailing_list_id)
        .where(Wording.id.in_(wording_ids))
        .options(selectinload(MailingList.texts))
    )
    found = {
        wording.id: TickedBox(mailing_list, wording, purpose)
        for wording, mailing_list, purpose in rows
    }
    return [found[each] for each in wording_ids]


def name_of_box(ticked: TickedBox) -> str:
    """Return the name of a ticked box: the name of its list, or of its kind of purpose."""
    if ticked.mailing_list is not None:
        return list_name_of(ticked.mailing_list)
    return purpose_kind_name(ticked.purpose.kind)


def find_log_salt(address_mac: bytes) -> bytes | None:
    """Return the salt of an address's newest request: one person has one (ADR 016)."""
    return db.session.scalar(
        select(SignupRequest.log_salt)
        .where(SignupRequest.address_mac == address_mac)
        .order_by(SignupRequest.created_at.desc())
        .limit(1)
    )


def list_signup_boxes(slug: str, language: str) -> list[SignupBox]:
    """Return the boxes of a signup page: its own list, the other offered ones, optional purposes.

    Without a slug, the page has no list of its own. A list with a territory is offered to those who
    live there, and has no box elsewhere. Each box has the current wording, in one read. A purpose
    without a wording in the language has the one in the default language.
    """
    is_own, is_offered = MailingList.slug == slug, OptionalPurpose.purpose_id.is_not(None)
    is_local = exists().where(ListTerritory.mailing_list_id == MailingList.id)
    rows = db.session.execute(
        select(MailingList, Wording)
        .select_from(Wording)
        .outerjoin(MailingList, MailingList.purpose_id == Wording.purpose_id)
        .outerjoin(OptionalPurpose, OptionalPurpose.purpose_id == Wording.purpose_id)
        .where(
            ~_is_replaced(),
            or_(
                is_own,
                and_(MailingList.closed_at.is_(None), MailingList.is_offered_elsewhere, ~is_local),
                and_(MailingList.id.is_(None), is_offered),
            ),
        )
        .order_by(
            MailingList.id.is_(None),
            case((is_own, 0), else_=1),
            *IN_ORDER,
            Wording.purpose_id,
        )
        .options(selectinload(MailingList.texts))
    )
    boxes: dict[int, dict[str, SignupBox]] = {}
    for each, wording in rows:
        boxes.setdefault(wording.purpose_id, {})[wording.language] = (each, wording)
    return [box[choose_text_language(language, box) or language] for box in boxes.values()]


def list_boxes_of(list_ids: Sequence[int], language: str) -> list[SignupBox]:
    """Return the boxes of some open lists with the current wording, in the order of the ids."""
    rows = db.session.execute(
        select(MailingList, Wording)
        .join(Wording, Wording.purpose_id == MailingList.purpose_id)
        .where(
            in_values(MailingList.id, list_ids), MailingList.closed_at.is_(None), ~_is_replaced()
        )
        .options(selectinload(MailingList.texts))
    )
    boxes: dict[int, dict[str, SignupBox]] = {}
    for each, wording in rows:
        boxes.setdefault(each.id, {})[wording.language] = (each, wording)
    found = {
        key: box[choose_text_language(language, box) or language] for key, box in boxes.items()
    }
    return [found[each] for each in list_ids if each in found]


def _is_replaced() -> ColumnElement[bool]:
    """Return the condition that a wording has a later version."""
    later = aliased(Wording)
    return exists().where(
        later.purpose_id == Wording.purpose_id,
        later.language == Wording.language,
        later.version > Wording.version,
    )
