"""The lists: figures, addresses, consent texts, settings. Owners create, open and close lists."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.archive.queries import count_issues, link_to_archive
from supporters.consent.models import Wording
from supporters.consent.queries import list_wordings
from supporters.languages import LANGUAGES
from supporters.lists import mailing_lists
from supporters.lists.list_clocks import zone_of
from supporters.lists.list_sender import sender_of
from supporters.lists.list_territories import find_territory, name_departements, write_territory
from supporters.lists.mailing_lists import DeleteListError, find_reason_to_keep
from supporters.lists.models import ListStatus, MailingList, list_words_of
from supporters.lists.purpose_changes import list_untranslated
from supporters.lists.queries import PurposeCount, find_list, list_purpose_counts
from supporters.lists.short_wordings import WordingAdvice, advise_on_wording
from supporters.lists.unreachable_people import count_unreachable
from supporters.mail.links import link_to
from supporters.public_languages import public_languages
from supporters.questions.queries import list_open_questions
from supporters.signup.pending_counts import count_pending
from supporters.team.list_scopes import ListScope
from supporters.territory.rules import PlaceKind
from supporters.text.local_dates import clock_of
from supporters.web.console.console_blueprint import LIST, done, for_owners, for_team
from supporters.web.console.lists.list_figures import draw_subscriptions, list_rows
from supporters.web.console.lists.list_forms import ListForm
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm


class ListTab(NamedTuple):
    """A tab of the page of a list: its name, and the values of its template."""

    name: LazyString
    describe: Callable[[MailingList], Mapping[str, object]]


class ListConsentText(NamedTuple):
    """A consent text: the end of its use, and the number of people who agreed to it."""

    until: datetime | None
    people: int
    wordings: Sequence[Wording]


@for_team.get("/lists")
def lists() -> str:
    """Show all lists."""
    return render_template(
        "console/lists/lists.html",
        rows=list_rows(count_pending(clock.now())),
        chart=draw_subscriptions(None, gettext("Subscriptions")),
    )


@for_owners.route("/lists/new", methods=["GET", "POST"])
def new_list() -> ResponseReturnValue:
    """Create a list."""
    form = ListForm()
    if form.validate_on_submit():
        match mailing_lists.create_list(_read_draft(form)):
            case MailingList() as created:
                shown = {"list_id": created.id, "tab": "share"}
                return done(_say_created(created), "console.show_list", **shown)
            case mailing_lists.CreateListError.SLUG_TAKEN:
                form.slug.errors = [
                    gettext("Another list or form has this address. Choose another one.")
                ]
            case faults:
                form.show_errors(faults)
    return form.render("console/lists/list_form.html")


def _read_draft(form: ListForm) -> mailing_lists.ListDraft:
    words, translations = form.words_first_in(current_user.language)
    return mailing_lists.ListDraft(
        slug=form.slug.data or "",
        **words._asdict(),
        translations=translations,
        sentences=form.sentences(),
        is_draft="draft" in request.form,
    )


def _say_created(created: MailingList) -> str:
    if created.status is ListStatus.DRAFT:
        return str(gettext("Saved as a draft. Nobody sees the list until you open it."))
    return str(gettext("The list is open. Share the address of its page."))


@for_team.get(f"/lists/{LIST}")
def show_list(list_id: int) -> str:
    """Show one of the tabs of a list."""
    mailing_list = get_list_or_404(list_id)
    tab = next((each for each in TABS if each == request.args.get("tab")), "overview")
    return render_template(
        "console/lists/list.html",
        mailing_list=mailing_list,
        tab=tab,
        tabs=TABS,
        **TABS[tab].describe(mailing_list),
    )


def _describe_overview(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the figures of a list, who can export it, and whether it can be deleted."""
    list_id = mailing_list.id
    reason = find_reason_to_keep(list_id)
    exporters = [each.name or each.email for each in list_active_organisers(RoleName.EXPORTER)]
    figures = next(row for row in list_rows(count_pending(clock.now())) if row.id == list_id)
    return {
        "figures_of_list": figures,
        "unreachable": count_unreachable(ListScope(frozenset({list_id}))),
        "for_today": _count_for_today(mailing_list, list_purpose_counts(list_id)),
        "chart": draw_subscriptions(list_id, gettext("On the list")),
        "exporters": exporters,
        "form": EmptyForm(),
        "reason_to_keep": reason,
        "can_be_deleted": reason is not DeleteListError.HAS_PEOPLE,
    }


def _describe_pages(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the addresses of the sign-up page."""
    urls = [
        (code, name, link_to("public.join", lang_code=code, slug=mailing_list.slug))
        for code, name in public_languages().items()
    ]
    return {"join_urls": urls}


def _describe_words(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the words of a list in each language."""
    words = [list_words_of(mailing_list, code) for code in public_languages()]
    return {"words": words, "language_names": LANGUAGES}


def _describe_form(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the territory of a list, and how many questions it asks."""
    return {
        "territory": _list_places(mailing_list.id),
        "question_count": len(list_open_questions(mailing_list.id)),
    }


def _describe_sending(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the sender of a list, its clock and its archive."""
    return {
        "sender": sender_of(mailing_list),
        "clock": clock_of(zone_of(mailing_list).key),
        "issue_count": count_issues(mailing_list.id),
        "archive_url": link_to_archive(mailing_list),
    }


def _describe_consent(mailing_list: MailingList) -> Mapping[str, object]:
    """Return the consent texts of a list, and what should change in them."""
    advice = advise_on_wording(mailing_list)
    return {
        "texts": _list_texts(list_purpose_counts(mailing_list.id)),
        "untranslated": list_untranslated(mailing_list.purpose_id),
        "advice": advice,
        "is_long": advice is WordingAdvice.SHORTER,
    }


TABS = {
    "overview": ListTab(_("Overview"), _describe_overview),
    "share": ListTab(_("Share"), _describe_pages),
    "words": ListTab(_("Words"), _describe_words),
    "form": ListTab(_("Form"), _describe_form),
    "sending": ListTab(_("Emails"), _describe_sending),
    "consent": ListTab(_("Consent"), _describe_consent),
}


def _list_places(list_id: int) -> list[str]:
    """Return the places of the territory of a list, as they are read."""
    territory = find_territory(list_id)
    places = write_territory(territory)
    return [
        *name_departements(territory.departements),
        *places[PlaceKind.COMMUNE],
        *places[PlaceKind.POSTCODE],
    ]


def _list_texts(purposes: Sequence[PurposeCount]) -> list[ListConsentText]:
    """Return all texts of a list, the current one first."""
    until, texts = None, []
    for each in purposes:
        wordings = list_wordings(each.purpose_id)
        texts.append(ListConsentText(until=until, people=each.people, wordings=wordings))
        until = each.since
    return texts


def _count_for_today(mailing_list: MailingList, purposes: Sequence[PurposeCount]) -> int | None:
    """Return how many agreed to the current text; None if the list never had another."""
    people = {each.purpose_id: each.people for each in purposes}
    return people.get(mailing_list.purpose_id, 0) if len(people) > 1 else None


@for_owners.post(f"/lists/{LIST}/close")
def close_list(list_id: int) -> ResponseReturnValue:
    """Close the list to new sign-ups."""
    if mailing_lists.close_list(get_list_or_404(list_id).id):
        flash(gettext("The list is closed."), "success")
    return redirect(url_for("console.show_list", list_id=list_id), 303)


@for_owners.post(f"/lists/{LIST}/open")
def open_list(list_id: int) -> ResponseReturnValue:
    """Open a draft, or a closed list, to sign-ups."""
    was_draft = get_list_or_404(list_id).is_draft
    if mailing_lists.open_list(list_id):
        flash(
            gettext("The list is open. Share the address of its page.")
            if was_draft
            else gettext("People can join the list again."),
            "success",
        )
    return redirect(url_for("console.show_list", list_id=list_id), 303)


def get_list_or_404(list_id: int) -> MailingList:
    """Return a list that this account may see, or answer 404."""
    mailing_list = find_list(list_id)
    if mailing_list is None or not current_scope().covers(list_id):
        abort(404)
    return mailing_list
