"""The pace of sending: owners set ceilings for each provider, a warm-up, and shared connections."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters import clock
from supporters.delivery.pace.ceilings import CeilingFault, Warmth, change_pace, lift_lowering
from supporters.delivery.pace.connection_leases import find_connections, limit_connections
from supporters.delivery.pace.pace_rules import Ceiling, day_of
from supporters.delivery.pace.warm_up_plans import CURVES, WarmUpPlan
from supporters.delivery.planned.pace_forecast import ProviderPace, list_paces
from supporters.people.domain_groups import DOMAINS, DomainGroup
from supporters.web.console.charts import Chart, draw_curve
from supporters.web.console.console_blueprint import done, for_owners, recent_password_required
from supporters.web.console.installation.pace_forms import ConnectionsForm, PaceForm
from supporters.web.console.installation.postfix_settings import POSTFIX_SETTINGS
from supporters.web.console.pace_words import say_lowering, say_pace

PROVIDER = f"<any({', '.join(DomainGroup)}):provider>"
BEFORE = "pace_before"
UNDO_WITHIN = timedelta(minutes=10)


class PaceRow(NamedTuple):
    """A provider in the words of the page."""

    pace: ProviderPace
    words: str
    domains: str
    lowering: str


class Former(NamedTuple):
    """The pace that the last change of this session replaced, and when."""

    provider: str
    an_hour: int | None
    a_day: int | None
    plan: str | None
    began_on: str | None
    at: str


@for_owners.get("/settings/pace")
def pace() -> str:
    """Show the ceilings of all providers, what left below them, and the warm-ups."""
    now = clock.now()
    rows = _list_rows(now)
    return render_template(
        "console/installation/pace.html",
        limited=[each for each in rows if each.pace.is_limited],
        others=[each for each in rows if not each.pace.is_limited],
        charts=[(each.pace, chart) for each in rows if (chart := _draw(each.pace))],
        connections=find_connections(now),
        former=_find_former(),
        postfix=POSTFIX_SETTINGS,
    )


def _list_rows(now: datetime) -> list[PaceRow]:
    return [
        PaceRow(
            pace=each,
            words=say_pace(each, now),
            domains=", ".join(DOMAINS.get(each.group, ())),
            lowering=say_lowering(each, now),
        )
        for each in list_paces(now)
    ]


@for_owners.route(f"/settings/pace/{PROVIDER}", methods=["GET", "POST"])
@recent_password_required
def provider_pace(provider: str) -> ResponseReturnValue:
    """Show and change the ceilings of a provider, and its warm-up."""
    before, today = _get_pace(provider), day_of(clock.now())
    form = PaceForm(before, today)
    if form.validate_on_submit():
        match change_pace(before.group, form.ceiling, form.warmth, today=today):
            case CeilingFault() as fault:
                form.show_fault(fault)
            case has_changed:
                return _after_change(before, has_changed=has_changed)
    domains = ", ".join(DOMAINS.get(before.group, ()))
    return form.render("console/installation/pace_form.html", pace=before, domains=domains)


@for_owners.post(f"/settings/pace/{PROVIDER}/undo")
def undo_pace(provider: str) -> ResponseReturnValue:
    """Put back what the last change of this session replaced."""
    former = _find_former()
    if former is None or former.provider != provider:
        return done(None, "console.pace")
    plan, began_on = former.plan, former.began_on
    warmth = None
    if plan and began_on:
        warmth = Warmth(plan=WarmUpPlan(plan), began_on=date.fromisoformat(began_on))
    ceiling = Ceiling(an_hour=former.an_hour, a_day=former.a_day)
    change_pace(DomainGroup(provider), ceiling, warmth, today=day_of(clock.now()))
    session.pop(BEFORE)
    return done(gettext("Undone. The former ceilings hold again."), "console.pace")


@for_owners.post(f"/settings/pace/{PROVIDER}/full")
def full_pace(provider: str) -> ResponseReturnValue:
    """End the lower ceilings of a provider before their day is over."""
    lifted = lift_lowering(DomainGroup(provider))
    return done(gettext("The full ceilings hold again.") if lifted else None, "console.pace")


@for_owners.route("/settings/pace/connections", methods=["GET", "POST"])
@recent_password_required
def pace_connections() -> ResponseReturnValue:
    """Show and change how many connections to the relay campaigns have over all machines."""
    found = find_connections(clock.now())
    form = ConnectionsForm(most=found.most if found else None)
    if form.validate_on_submit():
        changed = limit_connections(form.most.data)
        words = gettext("Changed. Within some seconds all machines follow it.")
        return done(words if changed else None, "console.pace")
    return form.render("console/installation/pace_connections.html", connections=found)


def _get_pace(provider: str) -> ProviderPace:
    return next(each for each in list_paces(clock.now()) if each.group == provider)


def _after_change(before: ProviderPace, *, has_changed: bool) -> ResponseReturnValue:
    if not has_changed:
        return done(None, "console.pace")
    warm_up = before.warm_up
    session[BEFORE] = Former(
        provider=before.group.value,
        an_hour=before.chosen.an_hour,
        a_day=before.chosen.a_day,
        plan=warm_up.plan.value if warm_up and not warm_up.is_over else None,
        began_on=warm_up.began_on.isoformat() if warm_up else None,
        at=clock.now().isoformat(),
    )
    return redirect(url_for("console.pace"), 303)


def _find_former() -> Former | None:
    """Return what a change of the last minutes replaced: the page offers to undo it."""
    stored = session.get(BEFORE)
    former = Former(*stored) if stored else None
    if former is None or clock.now() - datetime.fromisoformat(former.at) > UNDO_WITHIN:
        return None
    return former


def _draw(pace: ProviderPace) -> Chart | None:
    """Return the curve of a warm-up that isn't over."""
    warm_up = pace.warm_up
    if warm_up is None or warm_up.is_over:
        return None
    return draw_curve(
        CURVES[warm_up.plan],
        gettext("Emails a day at most"),
        first=warm_up.began_on,
        today=max(0, warm_up.number - 1),
    )
