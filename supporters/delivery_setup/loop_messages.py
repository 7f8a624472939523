"""The messages of a loop test, written as all our emails are, with words, links and headers."""

from datetime import datetime

from supporters.config import Settings
from supporters.delivery_setup.models import LoopShape
from supporters.mail.message.header_fields import ListIdentity
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional

SUBJECT = "Test de l’envoi / Delivery test"
WORDS = (
    "Ceci est un essai automatique : nous comparons ce qui arrive avec ce qui est parti.",
    "This is an automatic test: we compare what arrives with what left.",
)


def write_loop_message(
    settings: Settings, shape: LoopShape, recipient: str, *, test_id: int, sent_at: datetime
) -> bytes:
    """Return the message: that of a campaign has a list, and a link to unsubscribe."""
    page = f"{settings.base_url}/console/settings/delivery"
    site, leave = settings.base_url, f"{page}#unsubscribe-{test_id}"
    text = "\n\n".join([*WORDS, site, page])
    html = "".join(
        [
            '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
            f"<title>{SUBJECT}</title></head><body>",
            *(f"<p>{words}</p>" for words in WORDS),
            f'<p><a href="{site}">{settings.base_url}</a></p>',
            f'<p><a href="{page}">{page}</a></p>',
            "</body></html>",
        ]
    )
    is_campaign = shape is LoopShape.CAMPAIGN
    identity = ListIdentity(slug="loop-test", name="Loop test", feedback="loop")
    email = TransactionalEmail(
        id=test_id,
        recipient=recipient,
        subject=SUBJECT,
        text=text,
        html=html,
        sent_at=sent_at,
        is_automatic=not is_campaign,
        leave_url=leave if is_campaign else None,
        list_identity=identity if is_campaign else None,
    )
    return write_transactional(settings, email)
