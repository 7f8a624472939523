"""The page after a confirmation: what happens next, links to share, the code of a list's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, abort
from flask_babel import gettext

from supporters.archive.queries import IssueHead, find_archive
from supporters.extensions import current_settings
from supporters.fast_path.site_edition import find_cached, use_present_edition
from supporters.lists.list_thanks import NO_WORDS, ThanksText, find_all_thanks
from supporters.lists.models import list_name_of
from supporters.mail.links import link_to
from supporters.signup.agreements import ConsentSummary
from supporters.signup.shared_rows import find_shared_list_by_slug
from supporters.signup_forms.public_forms import find_shared_form
from supporters.signup_forms.rules import is_allowed_way, split_paragraphs
from supporters.web.page_language import select_language
from supporters.web.public.public_blueprint import public
from supporters.web.qr_codes import draw_qr_file

ONE_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class FormThanks:
    """The thanks of the form that a person signed up by, and the way on to a site of the party."""

    paragraphs: tuple[str, ...]
    url: str = ""

    @property
    def site(self) -> str:
        """Return the site that the way on leads to."""
        return self.url.partition("://")[2].partition("/")[0]


@dataclass(frozen=True, kw_only=True)
class NextEmail:
    """When the next email of a list comes, in the words of its team; and its last issue."""

    list_name: str
    words: str
    last_issue: IssueHead | None


@dataclass(frozen=True, kw_only=True)
class ShareLinks:
    """The ways to tell friends about a list. Nobody types the address of somebody else."""

    slug: str
    url: str
    words: str

    @property
    def whatsapp(self) -> str:
        """The link that opens WhatsApp with the words."""
        return f"https://wa.me/?text={quote(self.words)}"

    @property
    def sms(self) -> str:
        """The link that opens the text messages of a telephone with the words."""
        return f"sms:?&body={quote(self.words)}"

    @property
    def email(self) -> str:
        """The link that opens a mail program with the words."""
        subject = current_settings().party_name
        return f"mailto:?subject={quote(subject)}&body={quote(self.words)}"


def list_next_emails(agreements: Sequence[ConsentSummary]) -> list[NextEmail]:
    """Return when the next email of each list comes."""
    language = select_language()
    known = find_archive()
    found = []
    for each in agreements:
        if each.mailing_list is not None:
            text = find_cached_thanks().get((each.mailing_list.id, language), NO_WORDS)
            found.append(
                NextEmail(
                    list_name=each.list_name,
                    words=text.next_email,
                    last_issue=known.find_newest(each.mailing_list.id),
                )
            )
    return found


def find_form_thanks(form_id: int | None) -> FormThanks | None:
    """Return the thanks of a form in the language of the page, if it has some.

    A site that the settings no longer name gets no link.
    """
    made = find_shared_form(form_id) if form_id else None
    if made is None:
        return None
    words = dict(made.words).get(select_language())
    is_allowed = is_allowed_way(made.goes_to, current_settings().form_origins)
    thanks = FormThanks(
        paragraphs=tuple(split_paragraphs(words.thanks)) if words else (),
        url=made.goes_to if is_allowed else "",
    )
    return thanks if thanks.paragraphs or thanks.url else None


def find_share_links(agreements: Sequence[ConsentSummary]) -> ShareLinks | None:
    """Return the links to share the first list; None if the person agreed to none."""
    lists = [each.mailing_list for each in agreements if each.mailing_list is not None]
    if not lists:
        return None
    url = link_to("public.short_address", word=lists[0].slug)
    words = gettext(
        "I signed up for “%(list)s” by %(party)s. You can too: %(url)s",
        list=list_name_of(lists[0]),
        party=current_settings().party_name,
        url=url,
    )
    return ShareLinks(slug=lists[0].slug, url=url, words=str(words))


@public.get("/join/<slug>/qr.svg")
def list_qr(slug: str) -> Response:
    """Show the code of a list's page as a drawing. It is the same for everybody."""
    use_present_edition()
    mailing_list = find_shared_list_by_slug(slug)
    if mailing_list is None or not mailing_list.is_open:
        abort(404)
    url = link_to("public.short_address", word=slug)
    response = Response(draw_qr_file(url), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = ONE_DAY
    return response


def find_cached_thanks() -> Mapping[tuple[int, str], ThanksText]:
    """Return the words of all lists, cached under the edition of the site."""
    return find_cached("thanks", find_all_thanks)
