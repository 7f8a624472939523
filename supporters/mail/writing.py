"""Makes the mail of a letter from its templates: a text and an HTML part (REQ-79)."""

from flask import render_template
from flask_babel import force_locale
from flask_mail import Message

from supporters.extensions import current_settings
from supporters.mail.links import link_to
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Values

# The link of a letter that ends it with one press in the mail program (RFC 8058).
ONE_CLICK = {LetterKind.RE_PERMISSION: "no_more_url", LetterKind.ASK_AGAIN: "leave_url"}


def write_message(letter: Letter, recipient: str, values: Values) -> Message:
    """Return the message of a letter, in its language."""
    settings = current_settings()
    folder = f"mail/{letter.kind.value}"
    context = {
        **values,
        "settings": settings,
        "language": letter.language,
        "my_data_url": link_to("public.my_data", lang_code=letter.language),
    }
    with force_locale(letter.language):
        subject = render_template(f"{folder}/subject.txt", **context)
        message = Message(
            subject=" ".join(subject.split()),
            recipients=[recipient],
            sender=(settings.party_name, settings.mail_from),
            reply_to=settings.party_contact,
            body=render_template(f"{folder}/body.txt", **context),
            html=render_template(f"{folder}/body.html", **context),
            extra_headers={"Auto-Submitted": "auto-generated"},
        )
    if letter.kind is LetterKind.CAMPAIGN_TEST:
        message.extra_headers = {}
    leave_url = values.get(ONE_CLICK.get(letter.kind, ""))
    if leave_url:
        message.extra_headers = {
            "List-Unsubscribe": f"<{leave_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message.msgId = f"<letter.{letter.id}@{settings.mail_domain}>"
    return message
