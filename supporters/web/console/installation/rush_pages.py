"""Many signups at once: the emails that are held, and the broadcasts that are announced."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, lazy_gettext as _, ngettext
from flask_login import current_user
from wtforms import DateField, IntegerField, RadioField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange

from supporters import clock
from supporters.cases.rules import PARIS
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.lists.queries import list_open_lists
from supporters.signup.rush.announced_broadcasts import (
    BroadcastDraft,
    announce_broadcast,
    end_broadcast,
    find_broadcast,
    link_to_broadcast,
    list_broadcasts,
)
from supporters.signup.rush.causes import read_causes
from supporters.signup.rush.held_emails import (
    HeldBy,
    count_held,
    drop_emails,
    find_group,
    find_hold,
    let_emails_go,
    list_groups,
)
from supporters.signup.rush.models import MAX_BROADCAST_NAME, AnnouncedBroadcast
from supporters.signup.rush.rules import LONGEST_EVENT
from supporters.web.console.console_blueprint import done, for_owners, recent_password_required
from supporters.web.forms import EmptyForm, Form, SelectChoice, at_most
from supporters.web.qr_codes import draw_qr_code

HALL, SQUARE, BROADCAST = 10, 50, 500
MOST_HOURS = int(LONGEST_EVENT.total_seconds() // 3600)
USUAL_HOURS = 4
GROUPS = f"<any({', '.join(HeldBy)}):by>"
EVENT = f"<int(max={2**63 - 1}):broadcast_id>"


class BroadcastForm(Form):
    """A broadcast: its name, its list, when it is, and how many people are expected."""

    name = StringField(
        validators=[DataRequired(_("Give the event a name.")), at_most(MAX_BROADCAST_NAME)]
    )
    mailing_list = RadioField(validators=[InputRequired(_("Choose the list of the event."))])
    day = DateField(validators=[InputRequired(_("Enter the day."))])
    hour = TimeField(validators=[InputRequired(_("Enter the time, in hours and minutes."))])
    hours = IntegerField(
        default=USUAL_HOURS,
        validators=[
            InputRequired(_("Enter how many hours the event lasts.")),
            NumberRange(1, MOST_HOURS, _("Enter a number of hours from 1 to 24.")),
        ],
    )
    factor = RadioField(
        default=str(HALL), validators=[InputRequired(_("Choose how many people you expect."))]
    )

    def __init__(self, lists: Sequence[MailingList], rate: int, **options: Any) -> None:
        super().__init__(**options)
        self.mailing_list.choices = [SelectChoice(str(each.id), each.name) for each in lists]
        self.factor.choices = [
            SelectChoice(str(factor), _describe_broadcast(factor, rate))
            for factor in (HALL, SQUARE, BROADCAST)
        ]
        if not self.is_submitted() and len(lists) == 1:
            self.mailing_list.data = str(lists[0].id)

    @property
    def begins_at(self) -> datetime:
        """The typed beginning, by the clock of Paris."""
        return datetime.combine(self.day.data or date.min, self.hour.data or time(), PARIS)

    @property
    def ends_at(self) -> datetime:
        """The end of the broadcast."""
        return self.begins_at + timedelta(hours=self.hours.data or 0)

    def draft(self) -> BroadcastDraft:
        """Return the broadcast of a form without faults."""
        return BroadcastDraft(
            name=self.name.data or "",
            mailing_list_id=int(self.mailing_list.data),
            begins_at=self.begins_at,
            ends_at=self.ends_at,
            factor=int(self.factor.data),
        )

    def validate_hours(self, field: IntegerField) -> None:
        """Refuse a broadcast that is over. Raises ValidationError."""
        if self.day.data and self.hour.data and field.data and self.ends_at <= clock.now():
            raise ValidationError(_("This event is over already. Check the day and the time."))


def _describe_broadcast(factor: int, rate: int) -> str:
    number = format_decimal(factor * rate)
    if factor == HALL:
        return str(
            gettext("A hall: up to %(number)s sign-ups a minute by its Wi-Fi", number=number)
        )
    if factor == SQUARE:
        return str(
            gettext(
                "A large rally: up to %(number)s sign-ups a minute by one network", number=number
            )
        )
    return str(
        gettext("A broadcast: up to %(number)s sign-ups a minute by one network", number=number)
    )


class BroadcastRow(NamedTuple):
    """A broadcast with its list, and its state: a tone and words."""

    broadcast: AnnouncedBroadcast
    mailing_list: MailingList
    tone: str
    state: str
    is_over: bool


@for_owners.get("/rush")
def rush() -> str:
    """Show the held emails with the networks and domains they come from, and all broadcasts."""
    hold, now = find_hold(), clock.now()
    return render_template(
        "console/installation/rush.html",
        hold=hold,
        causes=read_causes(hold.causes) if hold else None,
        held=count_held() if hold else 0,
        groups={by: list_groups(by) for by in HeldBy} if hold else {},
        rows=[_describe(broadcast, place, now) for broadcast, place in list_broadcasts()],
        form=EmptyForm(),
    )


@for_owners.post("/rush/release")
def release_emails() -> ResponseReturnValue:
    """Let all held emails go."""
    if let_emails_go(current_user.id):
        flash(gettext("The emails leave now. Each is valid for its full 72 hours."), "success")
    return redirect(url_for("console.rush"), 303)


@for_owners.route(f"/rush/drop/{GROUPS}/<key>", methods=["GET", "POST"])
def drop_held_emails(by: str, key: str) -> ResponseReturnValue:
    """Ask about the held emails of one network or domain, and drop them."""
    group = (find_group(HeldBy(by), key) if find_hold() else None) or abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        number = drop_emails(group.by, group.key)
        words = ngettext("%(num)s email is dropped.", "%(num)s emails are dropped.", number)
        return done(words, "console.rush")
    return render_template("console/installation/drop_emails.html", form=form, group=group)


@for_owners.route("/rush/events/new", methods=["GET", "POST"])
@recent_password_required
def new_broadcast() -> ResponseReturnValue:
    """Announce a broadcast."""
    form = BroadcastForm(list_open_lists(), current_settings().signup_rate)
    if form.validate_on_submit():
        broadcast = announce_broadcast(form.draft(), current_user.id)
        words = gettext("The event is announced. Show its link or its QR code there.")
        return done(words, "console.show_broadcast", broadcast_id=broadcast.id)
    return form.render("console/installation/broadcast_form.html")


@for_owners.get(f"/rush/events/{EVENT}")
def show_broadcast(broadcast_id: int) -> str:
    """Show the link of a broadcast and its QR code."""
    broadcast, mailing_list = find_broadcast(broadcast_id) or abort(404)
    link = link_to_broadcast(broadcast, mailing_list)
    return render_template(
        "console/installation/broadcast.html",
        row=_describe(broadcast, mailing_list, clock.now()),
        link=link,
        qr_code=draw_qr_code(link),
        rate=current_settings().signup_rate * broadcast.factor,
        form=EmptyForm(),
    )


@for_owners.post(f"/rush/events/{EVENT}/end")
def end_broadcast_now(broadcast_id: int) -> ResponseReturnValue:
    """End a broadcast before its time. Its link opens the page with the usual limits."""
    if end_broadcast(broadcast_id):
        flash(
            gettext("The event is over. Its link opens the page with the usual limits."), "success"
        )
    return redirect(url_for("console.show_broadcast", broadcast_id=broadcast_id), 303)


def _describe(
    broadcast: AnnouncedBroadcast, mailing_list: MailingList, now: datetime
) -> BroadcastRow:
    is_over = broadcast.ends_at <= now
    if is_over:
        tone, state = "quiet", gettext("Over")
    elif broadcast.begins_at <= now:
        tone, state = "good", gettext("Under way")
    else:
        tone, state = "live", gettext("Announced")
    return BroadcastRow(broadcast, mailing_list, tone, state, is_over)
