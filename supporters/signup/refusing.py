"""The holder says "this was not me": the request goes, and no letter comes for a year (REQ-62)."""

from sqlalchemy import delete

from supporters import clock
from supporters.consent.journal import Taken, Taking, note
from supporters.consent.models import Method
from supporters.consent.suppressing import shield
from supporters.database import db, take_turns, transaction
from supporters.people.keys import mailbox_mac
from supporters.signup.confirming import NotConfirmed, find_request_of_token
from supporters.signup.models import SignupRequest
from supporters.tokens import Purpose


def refuse_signup(token: str) -> bool:
    """Forget the open requests of the letter's address; tell whether the link was ours.

    A request that was confirmed meanwhile is left alone: leaving has its own page.
    """
    with transaction():
        found = find_request_of_token(Purpose.NOT_ME, token)
        if isinstance(found, NotConfirmed):
            return False
        take_turns(found.address_mac)
        now = clock.now()
        mailbox = mailbox_mac(found.address)
        note(Taking(kind=Taken.NOT_ME, at=now, person=mailbox, method=Method.PAGE))
        shield(mailbox, now)
        db.session.execute(
            delete(SignupRequest).where(
                SignupRequest.address_mac == found.address_mac,
                SignupRequest.confirmed_at.is_(None),
            )
        )
    return True
