"""The switch of the consent notice: owners decide whether people get it after a confirmation."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import BooleanField

from supporters.lists.consent_notice import find_notice_since, switch_notice
from supporters.web.console.console_blueprint import done, for_owners, recent_password_required
from supporters.web.forms import Form


class NoticeForm(Form):
    """The switch."""

    is_on = BooleanField()


@for_owners.route("/consents/notice", methods=["GET", "POST"])
@recent_password_required
def consent_notice() -> ResponseReturnValue:
    """Show the switch, and turn it."""
    since = find_notice_since()
    form = NoticeForm(data={"is_on": since is not None})
    if form.validate_on_submit():
        changed = switch_notice(is_on=form.is_on.data)
        words = gettext("Changed. It counts for people who confirm from now on.")
        return done(words if changed else None, "console.consent_notice")
    return form.render("console/lists/consent_notice.html", since=since)
