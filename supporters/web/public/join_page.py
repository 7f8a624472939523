"""The sign-up page of a list: what all visitors see of it is kept under an edition (ADR 061)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flask import render_template, request, session
from flask_wtf.csrf import generate_csrf
from wtforms import BooleanField

from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.signup.queries import SignupBox
from supporters.signup.shared_rows import find_shared_list_by_slug, list_shared_boxes
from supporters.site_edition import EditionChanged, keep, read_edition
from supporters.web.page_language import select_language
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
FLASHES = "_flashes"  # the key of Flask's messages in the session


class Box(NamedTuple):
    """A box of the page and its wording."""

    field: BooleanField
    wording: str
    is_required: bool
    is_list: bool


@dataclass(frozen=True, kw_only=True)
class JoinPage:
    """A sign-up page under an edition of the site. `url` is its public address."""

    edition: str
    language: str
    mailing_list: MailingList
    offers: Sequence[SignupBox]
    form_class: type[JoinForm]
    url: str

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
            fingerprint=self.fingerprint, offers=self.offers, language=self.language
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

        each = self.mailing_list
        boxes = tuple((box.id if box else None, wording.id) for box, wording in self.offers)
        words = (each.slug, each.name, each.description)
        return SnapshotSource(self.language, ("join", words, boxes), render)

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        return keep(self.edition, (name, self.mailing_list.slug, self.language), make)

    def _render(self, form: JoinForm, *, is_kept: bool = False) -> str:
        boxes = [
            Box(
                form[consent_name((each, wording))],
                wording.text,
                is_required=each is not None and each.id == self.mailing_list.id,
                is_list=each is not None,
            )
            for each, wording in self.offers
        ]
        return render_template(
            "public/join.html",
            mailing_list=self.mailing_list,
            form=form,
            boxes=boxes,
            times=retention_times(),
            is_kept=is_kept,
        )


def find_join_page(slug: str, edition: str) -> JoinPage | None:
    """Return the sign-up page of an open list in the language of the request."""
    language = select_language()
    return keep(edition, ("join page", slug, language), lambda: _find(slug, edition, language))


def _find(slug: str, edition: str, language: str) -> JoinPage | None:
    mailing_list = find_shared_list_by_slug(edition, slug)
    if mailing_list is None or not mailing_list.is_open:
        return None
    offers = list_shared_boxes(edition, slug, language)
    return JoinPage(
        edition=edition,
        language=language,
        mailing_list=mailing_list,
        offers=offers,
        form_class=join_form_class(offers),
        url=link_to("public.join", lang_code=language, slug=slug),
    )
