"""The sign-up page of a list, and the home page as the form of a few lists.

All that visitors share of it is kept under an edition (ADR 061).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import render_template, request, session
from flask_wtf.csrf import generate_csrf

from supporters.lists.list_words import ListWords, list_words_of
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.signup.queries import SignupBox
from supporters.signup.shared_rows import (
    find_shared_list_by_slug,
    list_shared_boxes,
    list_shared_open,
)
from supporters.site_edition import EditionChanged, keep, read_edition
from supporters.web.page_language import select_language
from supporters.web.public.consent_boxes import OfferedBox, group_boxes
from supporters.web.public.faultless_forms import ExpectedForm, TypedSignup, read_faultless
from supporters.web.public.forms import JoinForm, consent_name, join_form_class, make_join_form
from supporters.web.public.page_capture import (
    SnapshotSource,
    page_fingerprint,
    render_and_store,
)
from supporters.web.public.rate_limits import sign_opening_time
from supporters.web.public.retention_notice import retention_times

T = TypeVar("T")
MOST_LISTS_AT_HOME = 5
FLASHES = "_flashes"  # the key of Flask's messages in the session


@dataclass(frozen=True, kw_only=True)
class JoinPage:
    """A sign-up page under an edition of the site. `url` is its public address.

    The home page has no list of its own; `others` are the open lists without a box on it.
    """

    edition: str
    language: str
    mailing_list: MailingList | None
    offers: Sequence[SignupBox]
    url: str
    others: Sequence[MailingList] = ()

    @property
    def form_class(self) -> type[JoinForm]:
        """The class of its form."""
        return self._keep(
            "form",
            lambda: join_form_class(self.offers, has_own_list=self.mailing_list is not None),
        )

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the page, which its form carries."""
        return self._keep("fingerprint", lambda: page_fingerprint(self.snapshot_source()))

    def make_form(self) -> JoinForm:
        """Return the form, with the submitted values if there are any."""
        return make_join_form(self.form_class, self.fingerprint)

    def read_faultless(self) -> TypedSignup | None:
        """Return the content of the submitted form, if it plainly has no fault."""
        expected = ExpectedForm(
            fingerprint=self.fingerprint,
            offers=self.offers,
            has_own_list=self.mailing_list is not None,
            language=self.language,
        )
        return read_faultless(request.form, expected)

    def read(self, form: JoinForm) -> TypedSignup:
        """Return the content of a form without faults."""
        return TypedSignup(
            address=form.address,
            profile=form.read_profile(language=self.language),
            wording_ids=[each[1].id for each in self.offers if form[consent_name(each)].data],
            opened=form.opened.data or "",
        )

    def show_blank(self) -> str:
        """Return the page with an empty form. The tokens are the only part of this visitor.

        A page with messages for this visitor is rendered, and never kept.
        """
        if FLASHES in session:
            return self.show(self.make_form())
        before, between, after = self._keep("blank", self._render_blank)
        return f"{before}{generate_csrf()}{between}{sign_opening_time()}{after}"

    def _render_blank(self) -> tuple[str, str, str]:
        """Return the parts of the blank page before, between and after its two tokens."""
        form = self.make_form()
        before, _, rest = self.show(form).partition(generate_csrf())
        between, _, after = rest.partition(form.opened.data or "")
        return before, between, after

    def show(self, form: JoinForm) -> str:
        """Return the page with a form."""
        form.opened.data = sign_opening_time()
        form.page.data = form.page_hash
        return self._render(form)

    def store_snapshot(self) -> int:
        """Store the page that a visitor saw; return the id of its version.

        Raises EditionChanged rather than store a page that is out of date.
        """

        def store() -> int:
            if read_edition() != self.edition:
                raise EditionChanged
            return render_and_store(self.snapshot_source())

        return self._keep("version", store)

    def snapshot_source(self) -> SnapshotSource:
        """Return the page for the snapshot, with the blank form."""

        def render() -> str:
            return self._render(make_join_form(self.form_class, page_hash=None), is_kept=True)

        boxes = tuple((box.id if box else None, wording.id) for box, wording in self.offers)
        shown = (self.mailing_list, *(box for box, _ in self.offers), *self.others)
        words = tuple((each.slug, self._words_of(each)) for each in shown if each is not None)
        return SnapshotSource(self.language, ("join", self._slug, words, boxes), render)

    def find_list(self, wording_ids: Sequence[int]) -> MailingList:
        """Return the list of a signup: that of the page, or the first that was ticked."""
        if self.mailing_list is not None:
            return self.mailing_list
        ticked = (box for box, wording in self.offers if wording.id in wording_ids)
        return next(each for each in ticked if each is not None)

    @property
    def _slug(self) -> str:
        return self.mailing_list.slug if self.mailing_list else ""

    def _words_of(self, mailing_list: MailingList) -> ListWords:
        return list_words_of(mailing_list, self.language)

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        return keep(self.edition, (name, self._slug, self.language), make)

    def _render(self, form: JoinForm, *, is_kept: bool = False) -> str:
        own = self.mailing_list
        groups = group_boxes(
            OfferedBox(form[consent_name((each, wording))], each, wording, each is own is not None)
            for each, wording in self.offers
        )
        shared = {"form": form, "groups": groups, "times": retention_times(), "is_kept": is_kept}
        if own is None:
            others = [(each.slug, self._words_of(each)) for each in self.others]
            return render_template("public/home_form.html", others=others, **shared)
        words = self._words_of(own)
        is_told = words.description in self.offers[0][1].text
        lead = "" if is_told else words.description
        return render_template("public/join.html", words=words, lead=lead, **shared)


def find_join_page(slug: str, edition: str) -> JoinPage | None:
    """Return the sign-up page of an open list in the language of the request."""
    language = select_language()
    return keep(edition, ("join page", slug, language), lambda: _find(slug, edition, language))


def _find(slug: str, edition: str, language: str) -> JoinPage | None:
    mailing_list = find_shared_list_by_slug(edition, slug)
    if mailing_list is None or not mailing_list.is_open:
        return None
    return JoinPage(
        edition=edition,
        language=language,
        mailing_list=mailing_list,
        offers=list_shared_boxes(edition, slug, language),
        url=link_to("public.join", lang_code=language, slug=slug),
    )


def find_home_form(edition: str) -> JoinPage | None:
    """Return the home page as a form, if only a few lists are offered there."""
    language = select_language()
    return keep(edition, ("home form", language), lambda: _find_home(edition, language))


def _find_home(edition: str, language: str) -> JoinPage | None:
    offers = list_shared_boxes(edition, "", language)
    offered = {each.id for each, _ in offers if each is not None}
    if not 0 < len(offered) <= MOST_LISTS_AT_HOME:
        return None
    return JoinPage(
        edition=edition,
        language=language,
        mailing_list=None,
        offers=offers,
        url=link_to("public.home", lang_code=language),
        others=[each for each in list_shared_open(edition) if each.id not in offered],
    )
