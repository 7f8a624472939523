"""The hours in which campaigns may leave: the sending window, and ballots with their silence."""

from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from supporters.campaigns.queries import list_paused_campaigns, list_running_campaigns
from supporters.delivery.problems import ProblemKind
from supporters.extensions import current_settings
from supporters.lists.list_territories import name_departements, write_territory
from supporters.sending_times.ballots import (
    add_ballot,
    change_ballot,
    delete_ballot,
    find_ballot,
    find_ballot_territory,
    hours_of,
    list_ballots,
)
from supporters.sending_times.models import Ballot
from supporters.sending_times.rules import LocalMinute, Window, WindowFault
from supporters.sending_times.sending_window import (
    change_window,
    find_window,
    find_window_row,
    remove_window,
)
from supporters.sending_times.silence_rules import SILENCE_RULES
from supporters.territory.rules import PlaceKind, Territory
from supporters.text.local_dates import format_date, time_on
from supporters.web.console.console_blueprint import (
    done,
    for_owners,
    name_of_author,
    recent_password_required,
)
from supporters.web.console.installation.sending_time_forms import DAY_NAMES, BallotForm, WindowForm
from supporters.web.forms import EmptyForm

BALLOT = f"<int(max={2**63 - 1}):ballot_id>"
EVERY_DAY = 7
USUAL_COUNTRY = "FR"


class BallotRow(NamedTuple):
    """A ballot in the words of the table."""

    ballot: Ballot
    days: str
    silence: str
    places: str
    source: str
    is_law_read: bool
    author: str


@for_owners.get("/settings/sending")
def sending_times() -> str:
    """Show the sending window, and all ballots."""
    window, row = find_window(), find_window_row()
    return render_template(
        "console/installation/sending_times.html",
        window=window and describe_window(window),
        changed_at=row and row.changed_at,
        changed_by=name_of_author(row.changed_by) if row else "",
        ballots=[_describe(each) for each in list_ballots()],
    )


@for_owners.route("/settings/sending/window", methods=["GET", "POST"])
@recent_password_required
def sending_window() -> ResponseReturnValue:
    """Show and change the hours in which campaigns may leave."""
    form = WindowForm(find_window())
    if form.validate_on_submit():
        match change_window(form.window, current_user.id) if form.window else remove_window():
            case WindowFault() as fault:
                form.show_fault(fault)
            case has_changed:
                return _after_change(has_changed=has_changed)
    return form.render(
        "console/installation/sending_window.html",
        running=len(list_running_campaigns()),
    )


def _after_change(*, has_changed: bool) -> ResponseReturnValue:
    if has_changed:
        flash(gettext("Changed. Within two seconds all machines follow it."), "success")
    else:
        flash(gettext("Nothing was changed."), "info")
    return redirect(url_for("console.sending_times"), 303)


@for_owners.route("/settings/sending/ballots/new", methods=["GET", "POST"])
@recent_password_required
def new_ballot() -> ResponseReturnValue:
    """Announce a ballot."""
    form = BallotForm(write_territory(Territory()), country=_usual_country())
    if form.validate_on_submit():
        match add_ballot(form.draft(), current_user.id):
            case Ballot() as ballot:
                return done(_say_silence(ballot), "console.sending_times")
            case faults:
                form.show_faults(faults)
    return form.render("console/installation/ballot_form.html", ballot=None)


@for_owners.route(f"/settings/sending/ballots/{BALLOT}", methods=["GET", "POST"])
@recent_password_required
def change_ballot_page(ballot_id: int) -> ResponseReturnValue:
    """Change a ballot."""
    ballot = find_ballot(ballot_id) or abort(404)
    written = write_territory(find_ballot_territory(ballot_id))
    form = BallotForm(written, country=ballot.country, ballot=ballot)
    if form.validate_on_submit():
        match change_ballot(ballot_id, form.draft(), current_user.id):
            case list() as faults:
                form.show_faults(faults)
            case Ballot() as changed:
                return done(_say_silence(changed), "console.sending_times")
            case _:
                abort(404)
    return form.render("console/installation/ballot_form.html", ballot=_describe(ballot))


@for_owners.route(f"/settings/sending/ballots/{BALLOT}/delete", methods=["GET", "POST"])
@recent_password_required
def remove_ballot(ballot_id: int) -> ResponseReturnValue:
    """Ask, and delete a ballot."""
    ballot = find_ballot(ballot_id) or abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        delete_ballot(ballot_id)
        words = gettext("“%(name)s” is deleted, with its silence.", name=ballot.name)
        return done(words, "console.sending_times")
    problem = f"{ProblemKind.SILENCE}: {ballot_id}"
    paused = [each for each in list_paused_campaigns() if each.problem == problem]
    return render_template(
        "console/installation/ballot_delete.html", form=form, row=_describe(ballot), paused=paused
    )


def describe_window(window: Window) -> str:
    """Return the hours of a window and its days, in words."""
    opens, closes = time_on(window.opens), time_on(window.closes)
    if window.opens == window.closes:
        hours = gettext("all day")
    elif window.is_overnight:
        hours = gettext("from %(opens)s to %(closes)s on the next day", opens=opens, closes=closes)
    else:
        hours = gettext("from %(opens)s to %(closes)s", opens=opens, closes=closes)
    if len(window.days) == EVERY_DAY:
        return str(gettext("Every day, %(hours)s", hours=hours))
    days = ", ".join(str(DAY_NAMES[day]) for day in sorted(window.days))
    return str(gettext("%(days)s, %(hours)s", days=days, hours=hours))


def _usual_country() -> str:
    country = current_settings().mail_country
    return country if country in SILENCE_RULES else USUAL_COUNTRY


def _say_silence(ballot: Ballot) -> str:
    """Return what was stored: the hours are computed, so somebody must look at them."""
    hours = _describe(ballot).silence
    return str(gettext("“%(name)s” is saved. Silence: %(hours)s.", name=ballot.name, hours=hours))


def _describe(ballot: Ballot) -> BallotRow:
    hours, rule = hours_of(ballot), SILENCE_RULES.get(ballot.country)
    days = format_date(ballot.first_day)
    if ballot.last_day > ballot.first_day:
        days = f"{days} – {format_date(ballot.last_day)}"
    silence = gettext("none")
    if hours is not None:
        silence = gettext(
            "from %(begins)s to %(ends)s", begins=_name(hours.begins), ends=_name(hours.ends)
        )
    return BallotRow(
        ballot,
        days,
        str(silence),
        _name_places(ballot.id),
        rule.source if rule else "",
        bool(rule and rule.is_law_read),
        name_of_author(ballot.changed_by),
    )


def _name(moment: LocalMinute) -> str:
    return f"{format_date(moment.day)}, {time_on(moment.minute)}"


def _name_places(ballot_id: int) -> str:
    territory = find_ballot_territory(ballot_id)
    if territory.is_empty:
        return str(gettext("All lists"))
    places = write_territory(territory)
    named = [
        *name_departements(territory.departements),
        *places[PlaceKind.COMMUNE],
        *places[PlaceKind.POSTCODE],
    ]
    shown, more = named[:3], len(named) - 3
    others = ngettext("and %(num)s more", "and %(num)s more", more) if more > 0 else ""
    return ", ".join(shown) + (f" {others}" if others else "")
