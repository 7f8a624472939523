"""The notices in the outbox, as their recipients read them."""

from flask_babel import force_locale

from supporters.database import db
from supporters.mail.mail_templates import OutboxMessage, write_message
from supporters.mail.models import EmailKind, OutboxEmail
from tests.factories.signups import recipient_of, values_in

CONTACT = "donnees@parti.example"


def notices_to(address: str, language: str | None = None) -> list[OutboxMessage]:
    """Return the notices to an address, oldest first, in its language or another one."""
    db.session.rollback()
    of_kind = db.select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    found = db.session.scalars(of_kind.order_by(OutboxEmail.id))
    return [_read(each, language) for each in found if recipient_of(each) == address]


def _read(email: OutboxEmail, language: str | None) -> OutboxMessage:
    if language is not None:
        db.session.expunge(email)
        email.language = language
    with force_locale(email.language):
        return write_message(email, recipient_of(email), values_in(email))
