"""Requests a new password, as a person and a worker do."""

from supporters.database import db
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.sign_in.password_changes import answer_waiting_resets, request_password_reset
from tests.factories.networks import HOME, visiting_from
from tests.factories.signups import values_in


def request_reset_token(email: str, address: str = HOME) -> str:
    """Request a link, let a worker answer, and return the token of the newest link."""
    with visiting_from(address):
        request_password_reset(email)
    answer_waiting_resets()
    newest = db.session.scalars(
        db.select(OutboxEmail)
        .where(OutboxEmail.kind == EmailKind.RESET_PASSWORD)
        .order_by(OutboxEmail.id.desc())
    ).first()
    assert newest is not None
    return str(values_in(newest)["reset_url"]).rpartition("/")[2]
