"""Many signups at once: the emails that are held, and the broadcasts that are announced."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from supporters import clock
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.lists.queries import list_open_lists
from supporters.signup.rush.announced_broadcasts import (
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
from supporters.signup.rush.models import AnnouncedBroadcast
from supporters.web.console.console_blueprint import (
    console,
    done,
    owners_only,
    recent_password_required,
)
from supporters.web.console.installation.broadcast_forms import BroadcastForm
from supporters.web.forms import EmptyForm
from supporters.web.qr_codes import draw_qr_code

GROUPS = f"<any({', '.join(HeldBy)}):by>"
EVENT = f"<int(max={2**63 - 1}):broadcast_id>"


class BroadcastRow(NamedTuple):
    """A broadcast with its list, and its state: a tone and words."""

    broadcast: AnnouncedBroadcast
    mailing_list: MailingList
    tone: str
    state: str
    is_over: bool


@console.get("/rush")
@owners_only
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


@console.post("/rush/release")
@owners_only
def release_emails() -> ResponseReturnValue:
    """Let all held emails go."""
    if let_emails_go(current_user.id):
        flash(gettext("The emails leave now. Each is valid for its full 72 hours."), "success")
    return redirect(url_for("console.rush"), 303)


@console.route(f"/rush/drop/{GROUPS}/<key>", methods=["GET", "POST"])
@owners_only
def drop_held_emails(by: str, key: str) -> ResponseReturnValue:
    """Ask about the held emails of one network or domain, and drop them."""
    group = (find_group(HeldBy(by), key) if find_hold() else None) or abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        number = drop_emails(group.by, group.key)
        words = ngettext("%(num)s email is dropped.", "%(num)s emails are dropped.", number)
        return done(words, "console.rush")
    return render_template("console/installation/drop_emails.html", form=form, group=group)


@console.route("/rush/events/new", methods=["GET", "POST"])
@owners_only
@recent_password_required
def new_broadcast() -> ResponseReturnValue:
    """Announce a broadcast."""
    form = BroadcastForm(list_open_lists(), current_settings().signup_rate)
    if form.validate_on_submit():
        broadcast = announce_broadcast(form.draft(), current_user.id)
        words = gettext("The event is announced. Show its link or its QR code there.")
        return done(words, "console.show_broadcast", broadcast_id=broadcast.id)
    return form.render("console/installation/broadcast_form.html")


@console.get(f"/rush/events/{EVENT}")
@owners_only
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


@console.post(f"/rush/events/{EVENT}/end")
@owners_only
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
