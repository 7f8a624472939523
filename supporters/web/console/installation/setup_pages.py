"""The set-up of delivery: what a check found, what to publish, and the loop test."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from supporters import clock
from supporters.delivery_setup.findings import Finding, FindingState, SetupLine, stopping
from supporters.delivery_setup.launch_permission import list_obstacles
from supporters.delivery_setup.loop_test import LoopResult, list_loop_results, send_loop_test
from supporters.delivery_setup.models import MAX_REASON, MIN_REASON
from supporters.delivery_setup.setup_checks import (
    check_setup,
    find_last_check,
    is_exempt,
    list_findings,
)
from supporters.delivery_setup.setup_override import end_override, find_override, override_setup
from supporters.extensions import current_settings
from supporters.mail_signing.key_rotation import check_records, make_key
from supporters.web.console.console_blueprint import (
    done,
    for_owners,
    name_of_author,
    recent_password_required,
)
from supporters.web.forms import EmptyForm, Form
from supporters.web.setup_words import FormRecord, describe_finding, describe_loop, fit_form

PAGE = "console.delivery_setup"


class SetupRow(NamedTuple):
    """A line in words, and the record to publish as a form asks for it."""

    finding: Finding
    words: str
    record: FormRecord | None

    @property
    def lacks_key(self) -> bool:
        """Whether a key of ours would correct it."""
        return self.finding.line is SetupLine.DKIM and self.record is None


class LoopRow(NamedTuple):
    """The loop test of a shape: its state, and what it says."""

    result: LoopResult
    state: FindingState
    words: list[str]


class OverrideForm(Form):
    """The reason to send all the same."""

    reason = TextAreaField(
        validators=[
            InputRequired(_("Enter the reason.")),
            Length(MIN_REASON, MAX_REASON, _("Write from 10 to 500 characters.")),
        ]
    )


@for_owners.get("/settings/delivery")
def delivery_setup() -> str:
    """Show what the last check found, what to publish, and the loop test."""
    findings, override = list_findings(), find_override(clock.now())
    return render_template(
        "console/installation/delivery_setup.html",
        rows=_describe_all(findings),
        checked_at=find_last_check(),
        stopping=stopping(findings),
        override=override,
        override_by=name_of_author(override.by_id) if override else "",
        loops=[_describe_loop(each) for each in list_loop_results(clock.now())],
        is_exempt=is_exempt(),
        form=EmptyForm(),
    )


@for_owners.post("/settings/delivery/check")
def check_delivery() -> ResponseReturnValue:
    """Check the set-up now."""
    if not EmptyForm().validate_on_submit() or is_exempt():
        return done(None, PAGE)
    check_records(clock.now())
    red = [each for each in check_setup() if each.state is FindingState.RED]
    words = gettext("Checked: something is to correct.") if red else gettext("Checked.")
    flash(words, "warning" if red else "success")
    return redirect(url_for(PAGE), 303)


@for_owners.post("/settings/delivery/key")
def make_setup_key() -> ResponseReturnValue:
    """Make a key that signs, and show its record among those to publish."""
    if not EmptyForm().validate_on_submit():
        return done(None, PAGE)
    make_key(current_settings().mail_domain, clock.now())
    if not is_exempt():
        check_setup()
    return done(gettext("The key is made. Publish its record now."), PAGE)


@for_owners.post("/settings/delivery/loop-test")
def try_delivery() -> ResponseReturnValue:
    """Send the loop test."""
    if not EmptyForm().validate_on_submit():
        return done(None, PAGE)
    refused = [each for each in send_loop_test() if each.refusal]
    words = gettext("Sent. The messages are compared once they arrive, mostly within a minute.")
    return done(None if refused else words, PAGE)


@for_owners.route("/settings/delivery/override", methods=["GET", "POST"])
@recent_password_required
def override_delivery() -> ResponseReturnValue:
    """Ask, and allow campaigns for a week although something is red."""
    form = OverrideForm()
    if form.validate_on_submit() and override_setup(current_user.id, form.reason.data or ""):
        return done(gettext("Campaigns may leave for seven days."), PAGE)
    return form.render(
        "console/installation/delivery_override.html",
        rows=_describe_all(list_obstacles()),
    )


@for_owners.post("/settings/delivery/override/end")
def end_delivery_override() -> ResponseReturnValue:
    """End the permission before its week is over."""
    ended = EmptyForm().validate_on_submit() and end_override()
    words = gettext("No campaign leaves any more before the faults are corrected.")
    return done(words if ended else None, PAGE)


def _describe_all(findings: Iterable[Finding]) -> list[SetupRow]:
    """Return the lines in words, those to correct first."""
    order = [FindingState.RED, FindingState.UNKNOWN, FindingState.GREEN]
    found = sorted(findings, key=lambda each: order.index(each.state))
    return [_describe_one(each) for each in found]


def _describe_one(finding: Finding) -> SetupRow:
    record = finding.record_to_publish
    shown = fit_form(record, current_settings().mail_domain) if record else None
    return SetupRow(finding, describe_finding(finding), shown)


def _describe_loop(result: LoopResult) -> LoopRow:
    state = FindingState.UNKNOWN
    if result.refusal or result.faults:
        state = FindingState.RED
    elif result.faults is not None:
        state = FindingState.GREEN
    return LoopRow(result, state, describe_loop(result))
