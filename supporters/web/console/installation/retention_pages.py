"""Retention times, their changes, the purges; the record of processing, the impact assessment."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _, ngettext
from flask_login import current_user
from wtforms import IntegerField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from supporters import clock
from supporters.accountability.impact_assessment import describe_impact
from supporters.accountability.processing_record import describe_processing
from supporters.retention.labels import basis_of, name_of, note_of, time_of, with_name_of
from supporters.retention.models import (
    MAX_REASON,
    RetentionChange,
    RetentionResult,
    RetentionRule,
    RetentionRun,
)
from supporters.retention.queries import (
    find_round_times,
    find_rule,
    list_changes,
    list_rules,
    list_runs,
)
from supporters.retention.retention_rounds import ChangeRuleResult, change_rule
from supporters.retention.rules import BOUNDS, Bounds, Category, is_late, next_round
from supporters.web.console.console_blueprint import (
    for_owners,
    for_owners_and_dpo,
    may_open,
    recent_password_required,
)
from supporters.web.forms import Form, at_most


class RetentionForm(Form):
    """A new retention time and the reason of the change."""

    days = IntegerField(validators=[InputRequired(_("Enter a whole number of days."))])
    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_REASON)])

    def __init__(self, rule: RetentionRule, bounds: Bounds) -> None:
        super().__init__(days=rule.days)
        self.bounds = bounds

    def validate_days(self, field: IntegerField) -> None:
        """Refuse a time outside of the legal limits. Raises ValidationError."""
        if field.data is None or field.data not in self.bounds:
            raise ValidationError(
                gettext(
                    "Enter a number from %(lowest)s to %(highest)s.",
                    lowest=self.bounds.lowest,
                    highest=self.bounds.highest,
                )
            )


CHANGES_SHOWN = 20
RUNS_SHOWN = 14
CATEGORY = f"<any({', '.join(Category)}):name>"


class RuleRow(NamedTuple):
    """A row of the table of retention times."""

    category: str
    name: str
    time: str
    note: str
    basis: str
    may_change: bool


@for_owners_and_dpo.get("/retention")
def retention() -> str:
    """Show the retention times, the last purges and the last changes."""
    times = find_round_times()
    return render_template(
        "console/installation/retention.html",
        rules=[_describe(rule) for rule in list_rules()],
        runs=[_describe_run(run, results) for run, results in list_runs(limit=RUNS_SHOWN)],
        changes=[
            {"words": _describe_change(change), "change": change, "by": email}
            for change, email in list_changes(limit=CHANGES_SHOWN)
        ],
        next_at=times and next_round(times),
        late=times is None or is_late(times, clock.now()),
    )


@for_owners.route(f"/retention/{CATEGORY}", methods=["GET", "POST"])
@recent_password_required
def change_retention(name: str) -> ResponseReturnValue:
    """Change the retention time of a category."""
    category = Category(name)
    rule = find_rule(category)
    if rule is None or category not in BOUNDS:
        abort(404)
    form = RetentionForm(rule, BOUNDS[category])
    if form.validate_on_submit():
        days, reason = form.days.data or 0, form.reason.data or ""
        changed = change_rule(category, days, reason=reason, by=current_user.id)
        if changed is ChangeRuleResult.DONE:
            flash(gettext("The next purge applies it."), "success")
        else:
            flash(gettext("Nothing was changed."), "info")
        return redirect(url_for("console.retention"), 303)
    return form.render("console/installation/retention_form.html", rule=_describe(rule))


def _describe_run(run: RetentionRun, results: Sequence[RetentionResult]) -> dict[str, object]:
    """Return a purge with its effects."""
    lines = [line for each in results if (line := _describe_result(each))]
    badge = _badge_of(run, sum(each.errors for each in results))
    return {"run": run, "lines": lines or [gettext("Nothing to delete.")], "badge": badge}


def _badge_of(run: RetentionRun, errors: int) -> tuple[str, str]:
    """Return the tone and the words of the badge of a purge."""
    if not run.is_round:
        return "quiet", gettext("Continuous")
    if run.finished_at is None:
        return "warn", gettext("Not finished")
    return ("bad", gettext("With errors")) if errors else ("good", gettext("Daily purge"))


def _describe_result(result: RetentionResult) -> str:
    """Return the effect of a purge on a category; an empty text if there was none."""
    counts = (
        (result.deleted, ngettext("%(num)s deleted", "%(num)s deleted", result.deleted)),
        (result.asked, ngettext("%(num)s asked again", "%(num)s asked again", result.asked)),
        (result.errors, ngettext("%(num)s error", "%(num)s errors", result.errors)),
    )
    words = ", ".join(str(words) for count, words in counts if count)
    return with_name_of(Category(result.category), words) if words else ""


def _describe_change(change: RetentionChange) -> str:
    words = gettext(
        "%(before)s, then %(after)s",
        before=time_of(change.days_before),
        after=time_of(change.days_after),
    )
    return with_name_of(Category(change.category), words)


def _describe(rule: RetentionRule) -> RuleRow:
    category = Category(rule.category)
    return RuleRow(
        category=category.value,
        name=name_of(category),
        time=time_of(rule.days),
        note=note_of(rule.note),
        basis=basis_of(rule.basis),
        may_change=category in BOUNDS and may_open("console.change_retention"),
    )


@for_owners_and_dpo.get("/processing-record")
def processing_record() -> str:
    """Show the current record."""
    return render_template(
        "console/installation/processing.html", record=describe_processing(clock.now())
    )


@for_owners_and_dpo.get("/impact-assessment")
def impact_assessment() -> str:
    """Show the data sheet for the impact assessment, with the present counts."""
    return render_template("console/installation/impact.html", record=describe_impact(clock.now()))
