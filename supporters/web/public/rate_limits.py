"""Lets the forms of the public pages in, as far as their limits allow (REQ-58, REQ-60, ADR 071).

The limits count in the database, for all processes. A form that is over a limit gets a page that
keeps what was typed: with a proof of work, or after some minutes, it is let in.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

from flask import abort, g, request

from supporters import clock
from supporters.actors import current_actor
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_settings, current_tokens
from supporters.limits.count_store import RequestLimit, current_counts
from supporters.networks import UNKNOWN
from supporters.signup.rules import SHORTEST_FILLING_TIME
from supporters.signup.rush.announced_broadcasts import find_broadcast_factor, read_broadcast_id
from supporters.web.form_servers import is_sent_by_our_server
from supporters.web.public.form_limits import (
    Entry,
    FormOrigin,
    LimitedForm,
    is_of_network,
    list_limits,
)
from supporters.web.public.proof_of_work import PROOF, WAITING, find_entry
from supporters.web.public.surfaces import sent_fields
from supporters.web.request_actor import act_as_proved

QUICK_FORMS = 3
LOOKUPS = 60
OLDEST_PAGE = timedelta(hours=2)


EVENT, OPENED = "event", "opened"


@dataclass(frozen=True, kw_only=True)
class TypedForm:
    """A form as the limits see it: its kind, the domain of its address, its opening."""

    kind: LimitedForm
    domain: str = ""
    opened: str | None = None


class Opening(NamedTuple):
    """The opening of a form: its milliseconds, and the broadcast whose link led to it."""

    at: int = 0
    broadcast: int | None = None


class AdmittedOnce:
    """Lets one request in once, however often its form is checked."""

    def __init__(self) -> None:
        self._is_admitted = False

    def admit(self, form: TypedForm) -> None:
        """Do what `admit` does, once."""
        if not self._is_admitted:
            admit(form)
        self._is_admitted = True


def admit(form: TypedForm) -> None:
    """Count a form. Abort with 429 if its network sent too many, with 503 if all visitors did.

    A form that was filled in faster than by hand, or whose page is old, counts as one too many if
    its network has sent some of these.
    """
    rate = current_settings().signup_rate
    if not rate:
        return
    opening = _read_opening(form.opened)
    origin = _find_origin(form, opening)
    limits = list_limits(form.kind, origin, rate=rate)
    reached = _find_quick_limit(form, opening) or _take(limits)
    if reached is None:
        return
    sent = sent_fields()
    entry = find_entry(form.kind, sent.get(PROOF, ""), sent.get(WAITING, ""))
    if entry is not None:
        reached = _take(list_limits(form.kind, origin, rate=rate, entry=entry))
    if entry is Entry.PROVED:
        act_as_proved()
    if reached is not None:
        g.form_over_limit = form.kind
        abort(
            HTTPStatus.TOO_MANY_REQUESTS
            if is_of_network(reached)
            else HTTPStatus.SERVICE_UNAVAILABLE
        )


def limit_lookups(what: str, most: int = LOOKUPS, *, of_all: int | None = None) -> None:
    """Answer 429 to a network with more look-ups in a minute, and to all if they have too many."""
    if not current_settings().signup_rate:
        return
    limits = [RequestLimit(f"look-up {what}", client_network(), most)]
    if of_all is not None:
        limits.append(RequestLimit(f"look-up {what} all", "", of_all))
    if _take(limits):
        abort(HTTPStatus.TOO_MANY_REQUESTS)


def client_network() -> str:
    """Return the visitor's network: a /24 of IPv4 or a /56 of IPv6."""
    return current_actor().network or UNKNOWN


def sign_opening_time(ago: timedelta = timedelta()) -> str:
    """Return the signed time at which a form was opened, and the broadcast of the link."""
    opened = int((clock.now() - ago).timestamp() * 1000)
    broadcast = _find_broadcast()
    return current_tokens().sign(
        TokenPurpose.FORM_OPENED, [opened, broadcast] if broadcast else opened
    )


def _find_broadcast() -> int | None:
    """Return the broadcast that led to the page, by its link or by the form that was sent."""
    link = request.args.get(EVENT)
    sent = sent_fields().get(OPENED) if request.method == "POST" else None
    named = read_broadcast_id(link) if link else None
    return named or (_read_opening(sent).broadcast if sent else None)


def _find_quick_limit(form: TypedForm, opening: Opening) -> RequestLimit | None:
    """Return the limit of quick forms, if a network is over it and sends another one."""
    if form.opened is None or not _was_quick(opening) or is_sent_by_our_server():
        return None
    return _take([RequestLimit("quick network", client_network(), QUICK_FORMS)])


def _take(limits: list[RequestLimit]) -> RequestLimit | None:
    return current_counts().take(limits, clock.now())


def _find_origin(form: TypedForm, opening: Opening) -> FormOrigin:
    """Return where a form comes from. The link of a broadcast counts while the broadcast lasts."""
    network, broadcast = client_network(), opening.broadcast
    factor = find_broadcast_factor(broadcast, clock.now()) if broadcast else 1
    if factor == 1:
        return FormOrigin(network=network, domain=form.domain)
    return FormOrigin(
        network=network, domain=form.domain, event=f" event {broadcast}", broadcast_factor=factor
    )


def _was_quick(opening: Opening) -> bool:
    """Tell whether a form came faster than by hand. A forged or old time of opening counts so."""
    elapsed = clock.now().timestamp() * 1000 - opening.at
    is_old = elapsed > OLDEST_PAGE.total_seconds() * 1000
    return is_old or elapsed < SHORTEST_FILLING_TIME.total_seconds() * 1000


def _read_opening(mark: str | None) -> Opening:
    """Return the opening of a form; for a forged mark long ago."""
    try:
        content = current_tokens().read(TokenPurpose.FORM_OPENED, mark or "")
    except TokenError:
        return Opening()
    match content:
        case int(opened):
            return Opening(opened)
        case [int(opened), int(broadcast)]:
            return Opening(opened, broadcast)
    return Opening()
