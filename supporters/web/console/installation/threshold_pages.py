"""The thresholds above which a campaign pauses itself: owners set them, for all lists."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from supporters.delivery.thresholds.threshold_rules import PER, Thresholds
from supporters.delivery.thresholds.threshold_settings import (
    change_thresholds,
    find_threshold_change,
    find_thresholds,
)
from supporters.web.console.console_blueprint import (
    done,
    for_owners,
    name_of_author,
    recent_password_required,
)
from supporters.web.forms import Form


def _of_a_thousand() -> IntegerField:
    message = _("Enter a number of people, from 1 to 1000.")
    return IntegerField(validators=[InputRequired(message), NumberRange(1, PER, message)])


class ThresholdForm(Form):
    """The thresholds, of 1,000 people each."""

    refused = _of_a_thousand()
    departed = _of_a_thousand()
    disputed = _of_a_thousand()
    complained = _of_a_thousand()

    @property
    def thresholds(self) -> Thresholds:
        """The typed thresholds."""
        return Thresholds(
            refused=self.refused.data or 0,
            departed=self.departed.data or 0,
            disputed=self.disputed.data or 0,
            complained=self.complained.data or 0,
        )


@for_owners.route("/settings/thresholds", methods=["GET", "POST"])
@recent_password_required
def sending_thresholds() -> ResponseReturnValue:
    """Show and change the thresholds."""
    form, change = ThresholdForm(obj=find_thresholds()), find_threshold_change()
    if form.validate_on_submit():
        changed = change_thresholds(form.thresholds, current_user.id)
        words = gettext("Changed. The new thresholds take effect at once.")
        return done(words if changed else None, "console.sending_thresholds")
    return form.render(
        "console/installation/thresholds.html",
        defaults=Thresholds(),
        changed_at=change.at if change else None,
        changed_by=name_of_author(change.by_id) if change else "",
    )
