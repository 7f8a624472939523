"""The search for people, their directory and archive, and the export of a list.

A search is posted. Its page has an encrypted link without an address, which works for an hour and
for its account. Unconfirmed addresses are never shown. An export needs a right of its own, a recent
password and a reason.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.cases.rules import PARIS
from supporters.crypto.encryption import DecryptionFailed
from supporters.extensions import current_encryptor
from supporters.lists.people_search import (
    MOST_COUNTED,
    PeopleFilter,
    count_people,
    is_searchable,
    list_people,
    search_people,
)
from supporters.lists.queries import count_eligible, find_list, list_lists
from supporters.people.rules import SHORTEST_WORD
from supporters.personal_data.list_exports import (
    Export,
    disclose_list,
    list_export_recipients,
    write_file,
)
from supporters.personal_data.person_lookups import extend_allowance, get_allowance, record_search
from supporters.personal_data.queries import list_export_times, list_exports
from supporters.personal_data.rules import (
    DAY,
    EXPORTS_A_DAY,
    PEOPLE_A_DAY,
    SEARCHES_A_DAY,
    SHORTEST_REASON,
    LookupReason,
    count_exports_left,
)
from supporters.public_languages import public_languages
from supporters.team.list_scopes import EVERY_LIST
from supporters.web.console.console_blueprint import (
    LIST,
    done,
    for_dpo,
    for_exporters,
    for_owners_and_dpo,
    for_team,
    may_open,
    recent_password_required,
)
from supporters.web.console.lists.list_forms import ExportForm
from supporters.web.console.people.person_forms import LookupForm, SearchForm
from supporters.web.console.visibility import ARCHIVE, current_scope

UNPROCESSABLE = 422
SEARCH_LIFETIME = timedelta(hours=1)


class SearchPage(NamedTuple):
    """A page with a search, and the people whom it searches."""

    endpoint: str
    template: str
    in_archive: bool


DIRECTORY = SearchPage("console.people", "console/people/people.html", in_archive=False)
FORMER_PEOPLE = SearchPage(ARCHIVE, "console/people/archive.html", in_archive=True)


@for_team.route("/people", methods=["GET", "POST"])
def people() -> ResponseReturnValue:
    """Search people. The data protection officer can also go through all of them."""
    return _show_people(DIRECTORY)


@for_dpo.route("/people/archive", methods=["GET", "POST"])
def archive() -> ResponseReturnValue:
    """Show people without a subscription. Their proofs stay for the retention time (REQ-39)."""
    return _show_people(FORMER_PEOPLE)


@for_team.route("/people/more", methods=["GET", "POST"])
@recent_password_required
def more_lookups() -> ResponseReturnValue:
    """Let an account look at more people today, for a reason that the officer reads."""
    form, allowance = LookupForm(), get_allowance(current_user.id, clock.now())
    if not allowance.is_used_up:
        return redirect(url_for("console.people"), 303)
    if form.validate_on_submit():
        extend_allowance(LookupReason(form.reason.data), form.note.data or "")
        words = gettext(
            "You can go on. Our data protection officer gets an email with your reason."
        )
        return done(words, "console.people")
    limits = {"people_a_day": PEOPLE_A_DAY, "searches_a_day": SEARCHES_A_DAY}
    return form.render("console/people/more_lookups.html", allowance=allowance, **limits)


def _show_people(page: SearchPage) -> ResponseReturnValue:
    form = SearchForm()
    if form.is_submitted():
        return _begin_search(page, form)
    token = request.args.get("search", "")
    if form.is_fresh():
        form.q.data = _open(token)
        if token and form.q.data is None:
            flash(gettext("This search is over. Type it again."), "info")
    return _render(page, form)


def _begin_search(page: SearchPage, form: SearchForm) -> ResponseReturnValue:
    words = form.words()
    if not words:
        return redirect(url_for(page.endpoint), 303)
    if not is_searchable(words):
        form.q.errors = [
            gettext(
                "Type a whole address, or at least %(num)s letters of a word.", num=SHORTEST_WORD
            )
        ]
        return _render(page, form), UNPROCESSABLE
    if not record_search():
        return redirect(url_for("console.more_lookups"), 303)
    return redirect(url_for(page.endpoint, search=_encrypt_search(words)), 303)


def _render(page: SearchPage, form: SearchForm) -> str:
    words = "" if form.errors else form.words()
    scope = EVERY_LIST if page.in_archive else current_scope()
    return render_template(
        page.template,
        form=form,
        result=search_people(words, scope, in_archive=page.in_archive) if words else None,
        allowance=get_allowance(current_user.id, clock.now()),
        **({} if words or not may_open(ARCHIVE) else _describe_directory(page)),
    )


def _describe_directory(page: SearchPage) -> Mapping[str, object]:
    """Return a page of all people, with its filters, for the officer."""
    chosen = PeopleFilter(
        in_archive=page.in_archive,
        list_id=request.args.get("list", type=int),
        language=_read_language(),
        since=_read_day("since"),
        is_unreachable=request.args.get("unreachable") == "yes",
    )
    count = count_people(chosen)
    is_more = chosen.is_narrow and count > MOST_COUNTED
    filters = {
        "list": chosen.list_id,
        "language": chosen.language,
        "since": request.args.get("since") if chosen.since else None,
        "unreachable": "yes" if chosen.is_unreachable else None,
    }
    return {
        "directory": list_people(chosen, older_than=request.args.get("older_than", type=int)),
        "is_first": "older_than" not in request.args,
        "count": MOST_COUNTED if is_more else count,
        "is_more": is_more,
        "filters": filters,
        "lists": [each for each in list_lists() if current_scope().covers(each.id)],
        "all_languages_of_people": public_languages(),
    }


def _read_language() -> str | None:
    code = request.args.get("language", "")
    return code if code in public_languages() else None


def _read_day(name: str) -> datetime | None:
    """Return the begin of a day in the query; None for anything else."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
        return datetime.combine(day, time(), PARIS) if 1970 < day.year < 9000 else None
    except ValueError:
        return None


def _encrypt_search(words: str) -> str:
    """Return an encrypted search for a link, so that the link tells no address."""
    search = [current_user.id, clock.now().timestamp(), words]
    return current_encryptor().encrypt(json.dumps(search).encode()).decode()


def _open(token: str) -> str | None:
    """Return the search of a link of this account; None for one that is over or not ours."""
    try:
        search = json.loads(current_encryptor().decrypt(token.encode()))
    except (DecryptionFailed, ValueError):
        return None
    match search:
        case [current_user.id, float(began), str(words)]:
            age = clock.now().timestamp() - began
            return words if 0 <= age < SEARCH_LIFETIME.total_seconds() else None
        case _:
            return None


@for_exporters.route(f"/lists/{LIST}/export", methods=["GET", "POST"])
@recent_password_required
def export_list(list_id: int) -> ResponseReturnValue:
    """Explain the export, and send the file after a reason."""
    if not current_scope().covers(list_id):
        abort(404)
    form = ExportForm()
    if form.validate_on_submit():
        made = disclose_list(list_id, asked_by=current_user.email, reason=form.reason.data or "")
        if isinstance(made, Export):
            return _hand_out(made, has_mark=form.has_mark.data)
        form.refuse(made)
    page = _show(list_id, form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@for_owners_and_dpo.get("/exports")
def exports() -> str:
    """Show all exports."""
    return render_template(
        "console/people/exports.html", page=list_exports(request.args.get("page", 1, type=int))
    )


def _show(list_id: int, form: ExportForm) -> str:
    mailing_list = find_list(list_id) or abort(404)
    now = clock.now()
    return render_template(
        "console/people/export.html",
        form=form,
        mailing_list=mailing_list,
        people=count_eligible(list_id, mailing_list.purpose_id, now).eligible,
        told=sorted(list_export_recipients(current_user.email)),
        left=count_exports_left(list_export_times(current_user.email, now - DAY), now),
        most=EXPORTS_A_DAY,
        shortest=SHORTEST_REASON,
    )


def _hand_out(export: Export, *, has_mark: bool) -> Response:
    name = f"{export.slug}-{export.occurred_at:%Y-%m-%d}.csv"
    response = Response(
        stream_with_context(write_file(export, has_mark=has_mark)),
        content_type="text/csv; charset=utf-8; header=present",
    )
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
