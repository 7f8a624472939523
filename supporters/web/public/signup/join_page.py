"""The sign-up page of a list, a form that the team made, and the home page as a form.

All that visitors share of it is cached under the edition of the site (ADR 061).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from flask import Response, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from supporters.archive.queries import find_archive
from supporters.fast_path.site_edition import check_edition, find_cached
from supporters.lists.models import ListWords, MailingList, list_words_of
from supporters.people.models import MAX_ADDRESS
from supporters.people.profile import MAX_GIVEN_NAME
from supporters.public_languages import public_languages
from supporters.questions.queries import Question
from supporters.signup.queries import SignupBox
from supporters.signup.shared_rows import list_shared_boxes_of
from supporters.signup_forms.public_forms import PublicForm
from supporters.web.filters import list_pages_in_other_languages
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.rate_limits import sign_opening_time
from supporters.web.public.signup.consent_boxes import OfferedBox, fold_boxes, group_boxes
from supporters.web.public.signup.consent_fields import consent_name
from supporters.web.public.signup.faultless_forms import ExpectedForm, TypedSignup, read_faultless
from supporters.web.public.signup.form_faults import answer_faults
from supporters.web.public.signup.form_heads import FormHead, head_of_form, head_of_list
from supporters.web.public.signup.forms import JoinForm, join_form_class, make_join_form
from supporters.web.public.signup.local_lists import LocalFinding, read_local_ids
from supporters.web.public.signup.page_capture import (
    SnapshotSource,
    keep_for_another_version,
    page_fingerprint,
    render_and_store,
)
from supporters.web.public.signup.question_fields import group_questions, is_answering, read_answers
from supporters.web.public.signup.stall_checks import read_stall_checks
from supporters.web.public.surfaces import Surface, is_program, is_without_cookie

T = TypeVar("T")
PREFILLED = "email"  # in the address of the page
FLASHES = "_flashes"  # the key of Flask's messages in the session


@dataclass(frozen=True, kw_only=True)
class JoinPage:
    """A sign-up page. `url` is its public address.

    The home page has no list of its own; `others` are the open lists without a box on it. `made` is
    the form that the team made, if the page is one: it has no list of its own either.
    `surface` says where the form is shown. `questions` are those that it asks. `has_local` says
    whether lists with a territory can be found by a postcode, and `local` are those that were.
    """

    language: str
    mailing_list: MailingList | None
    offers: Sequence[SignupBox]
    url: str
    others: Sequence[MailingList] = ()
    surface: Surface = Surface.SITE
    questions: Sequence[Question] = ()
    has_local: bool = False
    local: Sequence[SignupBox] = ()
    made: PublicForm | None = None

    @property
    def form_class(self) -> type[JoinForm]:
        """The class of its form."""
        boxes = [*self.offers, *self.local]
        return self._keep(
            "form", lambda: join_form_class(boxes, self.questions, has_own_list=self.needs_first)
        )

    @property
    def needs_first(self) -> bool:
        """Whether the first box is compulsory: that of its own list, or the only one of a form."""
        is_only = self.made is not None and len(self.offers) == 1
        return self.mailing_list is not None or is_only

    @property
    def has_cookie(self) -> bool:
        """Whether its form has a token of this browser."""
        return self.surface.has_cookie and not is_without_cookie()

    def with_local(self, list_ids: Sequence[int]) -> Self:
        """Return the page with boxes for local lists too."""
        boxes = list_shared_boxes_of(list_ids, self.language)
        return replace(self, local=boxes)

    def as_sent(self, fields: MultiDict[str, str]) -> Self:
        """Return the page that a form was sent from: with the local lists that were found."""
        if not self.has_local:
            return self
        return self.with_local(read_local_ids(fields.get("local", ""), beside=self.id))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the page, which its form carries."""
        return self._keep("fingerprint", lambda: page_fingerprint(self.snapshot_source()))

    def make_form(self) -> JoinForm:
        """Return the form, with the submitted values if there are any."""
        return make_join_form(self.form_class, self.fingerprint, has_cookie=self.has_cookie)

    def read_faultless(self) -> TypedSignup | None:
        """Return the content of the submitted form, if it plainly has no fault."""
        if not self.has_cookie:
            return None
        expected = ExpectedForm(
            fingerprint=self.fingerprint,
            offers=self.offers,
            has_own_list=self.needs_first,
            language=self.language,
        )
        return read_faultless(request.form, expected)

    def read(self, form: JoinForm) -> TypedSignup:
        """Return the content of a form without faults. Answers to lists without a tick are lost."""
        ticked = [each for each in (*self.offers, *self.local) if form[consent_name(each)].data]
        list_ids = {each.id for each, _ in ticked if each is not None}
        return TypedSignup(
            address=form.address,
            profile=form.read_profile(language=self.language),
            wording_ids=[wording.id for _, wording in ticked],
            opened=form.opened.data or "",
            page=form.page.data or "",
            answers=tuple(
                each for each in read_answers(form, self.questions) if each.list_id in list_ids
            ),
        )

    def show_blank(self) -> str | Response:
        """Return the page with an empty form. The tokens are the only part of this visitor.

        A page with messages for this visitor, or with their address, is rendered, and never cached.
        """
        keep_for_another_version(self.snapshot_source())
        if FLASHES in session or PREFILLED in request.args or not self.has_cookie:
            return self.show_filled(request.args)
        before, between, after = self._keep("blank", self._render_blank)
        return f"{before}{generate_csrf()}{between}{sign_opening_time()}{after}"

    def show_filled(self, known: MultiDict[str, str]) -> str | Response:
        """Return the page with the address that another page knew. No box is ticked."""
        form = self.form_class(formdata=None, meta={"csrf": self.has_cookie})
        form.page_hash = self.fingerprint
        form.email.data = known.get(PREFILLED, "")[:MAX_ADDRESS].strip()
        form["given_name"].data = known.get("given_name", "")[:MAX_GIVEN_NAME].strip()
        return self.show(form)

    def _render_blank(self) -> tuple[str, str, str]:
        """Return the parts of the blank page before, between and after its two tokens."""
        form = self.make_form()
        before, _, rest = str(self.show(form)).partition(generate_csrf())
        between, _, after = rest.partition(form.opened.data or "")
        return before, between, after

    def show(self, form: JoinForm, finding: LocalFinding | None = None) -> str | Response:
        """Return the page with a form, and what was found for a postcode. A program gets faults."""
        if is_program():
            return answer_faults(form)
        form.opened.data = sign_opening_time()
        form.page.data = form.page_hash
        return self._render(form, finding)

    def show_preview(self) -> str:
        """Return the page for the team, with a button that does nothing."""
        blank = make_join_form(self.form_class, page_hash=None)
        return self._render(blank, is_snapshot=True, is_preview=True)

    def store_snapshot(self) -> int:
        """Store the page that a visitor saw; return the id of its version.

        Raises EditionChanged rather than store a page that is out of date.
        """

        def store() -> int:
            check_edition()
            return render_and_store(self.snapshot_source())

        return self._keep("version", store)

    def snapshot_source(self) -> SnapshotSource:
        """Return the page for the snapshot, with the blank form."""

        def render() -> str:
            return self._render(make_join_form(self.form_class, page_hash=None), is_snapshot=True)

        offers = (*self.offers, *self.local)
        boxes = tuple((box.id if box else None, wording.id) for box, wording in offers)
        shown = (self.mailing_list, *(box for box, _ in offers), *self.others)
        words = tuple((each.slug, self._words_of(each)) for each in shown if each is not None)
        asked = tuple((each.id, each.days, repr(each.words)) for each in self.questions)
        where = ("join", self.surface, self.slug, self.has_local, self._made_words)
        return SnapshotSource(self.language, (*where, words, boxes, asked), render)

    def find_list(self, wording_ids: Sequence[int]) -> MailingList:
        """Return the list of a signup: that of the page, or the first that was ticked."""
        if self.mailing_list is not None:
            return self.mailing_list
        offers = (*self.offers, *self.local)
        ticked = (box for box, wording in offers if wording.id in wording_ids)
        return next(each for each in ticked if each is not None)

    @property
    def slug(self) -> str:
        """The slug of its list or form; empty for the home page."""
        return own.slug if (own := self.made or self.mailing_list) else ""

    @property
    def id(self) -> int:
        """The id of its list; 0 for the home page."""
        return self.mailing_list.id if self.mailing_list else 0

    @property
    def _made_words(self) -> tuple[Any, ...]:
        """Return what a page of the team shows beside its boxes."""
        made = self.made
        return (made.get_words(self.language), made.picture) if made else ()

    @property
    def head(self) -> FormHead | None:
        """The words above the boxes; the home page has its own."""
        if self.made is not None:
            return head_of_form(self.made, self.language, self.offers)
        own = self.mailing_list
        return head_of_list(own, self.language, self.offers[0]) if own else None

    @property
    def _local_ids(self) -> tuple[int, ...]:
        return tuple(each.id for each, _ in self.local if each is not None)

    def _words_of(self, mailing_list: MailingList) -> ListWords:
        return list_words_of(mailing_list, self.language)

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        key = (name, self.surface, self.slug, self.language, self._local_ids)
        return find_cached(key, make)

    def _render(
        self,
        form: JoinForm,
        finding: LocalFinding | None = None,
        *,
        is_snapshot: bool = False,
        is_preview: bool = False,
    ) -> str:
        own, head = self.mailing_list, self.head
        lists = [each for each, _ in self.offers if each is not None]
        shared: dict[str, Any] = {
            "form": form,
            "groups": [
                fold_boxes(each)
                for each in group_boxes(self._offer(form, each) for each in self.offers)
            ],
            "local_groups": group_boxes(self._offer(form, each) for each in self.local),
            "has_local": self.has_local,
            "finding": finding,
            "asked": group_questions(form, self.questions, lists, language=self.language),
            "has_several": own is None and len(lists) > 1,
            "is_answering": is_answering(form, self.questions),
            "times": retention_times(),
            "is_snapshot": is_snapshot,
            "is_preview": is_preview,
        }
        if head is None:
            others = [(each.slug, self._words_of(each)) for each in self.others]
            return render_template("public/signup/home_form.html", others=others, **shared)
        if self.surface is Surface.STALL and not is_snapshot:
            shared["stall"] = read_stall_checks()
        if self.made is not None:
            shared["languages"] = self._list_languages(self.made, is_preview=is_preview)
        if own is not None and self.surface is Surface.SITE and not is_snapshot:
            shared["last_issue"] = find_archive().find_newest(own.id)
        return render_template(self.surface.template, mailing_list=own, head=head, **shared)

    def _list_languages(
        self, made: PublicForm, *, is_preview: bool
    ) -> Sequence[tuple[str, str, str]]:
        """Return the languages of a form with their addresses, the same wherever it is shown."""
        names = public_languages()
        if is_preview:
            return [each for each in list_pages_in_other_languages() if each[0] in made.languages]
        page = "public.stall" if self.surface is Surface.STALL else "public.join"
        urls = (url_for(page, slug=made.slug, lang_code=code) for code in made.languages)
        return [(code, names[code], url) for code, url in zip(made.languages, urls, strict=True)]

    def _offer(self, form: JoinForm, offer: SignupBox) -> OfferedBox:
        mailing_list, wording = offer
        is_required = self.needs_first and offer is self.offers[0]
        return OfferedBox(form[consent_name(offer)], mailing_list, wording, is_required=is_required)
