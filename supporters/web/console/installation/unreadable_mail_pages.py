"""Emails that came back and that nobody could read: a person looks at them, and discards them."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.crypto.encryption import DecryptionFailed
from supporters.feedback.intake.unreadable_mails import discard_unreadable, find_unreadable
from supporters.feedback.queries import list_unreadable
from supporters.web.console.console_blueprint import done, for_owners
from supporters.web.forms import EmptyForm

MAIL = f"<int(max={2**63 - 1}):mail_id>"
GONE = 410


@for_owners.get("/unreadable")
def unreadable_mails() -> str:
    """Show when they came and how large they are: nothing of their content."""
    mails = list_unreadable()
    return render_template("console/installation/unreadable_mails.html", mails=mails)


@for_owners.get(f"/unreadable/{MAIL}.eml")
def unreadable_mail(mail_id: int) -> ResponseReturnValue:
    """Send the bytes of one of them, as a file that no browser shows."""
    try:
        content = find_unreadable(mail_id)
    except DecryptionFailed:  # its key was retired
        abort(GONE)
    response = Response(content or abort(404), mimetype="application/octet-stream")
    name = f"unreadable-{mail_id}.eml"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@for_owners.route(f"/unreadable/{MAIL}/discard", methods=["GET", "POST"])
def discard_unreadable_mail(mail_id: int) -> ResponseReturnValue:
    """Ask, then delete one of them."""
    form = EmptyForm()
    if form.validate_on_submit():
        words = gettext("The email is deleted.") if discard_unreadable(mail_id) else None
        return done(words, "console.unreadable_mails")
    return render_template(
        "console/installation/discard_unreadable.html", form=form, mail_id=mail_id
    )
