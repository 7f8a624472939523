"""Reads a sign-up form that has no fault, in a tenth of the time that WTForms takes (ADR 061).

It accepts less than WTForms, and nothing that WTForms refuses; a test compares both. It names no
fault: for any other form WTForms does that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from supporters.people.addresses import Address, parse_plain
from supporters.people.profile import MAX_GIVEN_NAME, PROFILE_FIELDS, Profile
from supporters.questions.subscriber_answers import Answer
from supporters.signup.queries import SignupBox
from supporters.web.forms import ALL_CONTROLS, is_csrf_token
from supporters.web.public.signup.consent_fields import consent_name
from supporters.web.public.signup.forms import DECOY
from supporters.web.public.signup.profile_fields import has_an_address
from supporters.web.public.signup.question_fields import PREFIX as QUESTION

TICKED = "y"
READ_HERE = {"given_name", "language"}
# WTForms reads a form with a value in one of these.
LOOKED_AT = (*({*PROFILE_FIELDS} - READ_HERE), "keep_postcode", "commune", "local")


@dataclass(frozen=True, kw_only=True)
class TypedSignup:
    """The content of a form: `opened` is the signed time at which its page was opened.

    `page` is the fingerprint of that page.
    """

    address: Address
    profile: Profile
    wording_ids: Sequence[int]
    opened: str
    page: str
    answers: Sequence[Answer] = ()


@dataclass(frozen=True, kw_only=True)
class ExpectedForm:
    """The form that a page shows: its fingerprint, its boxes, and its language.

    The first box is compulsory on the page of its list; on another page, any list is enough.
    """

    fingerprint: str
    offers: Sequence[SignupBox]
    has_own_list: bool
    language: str


def read_faultless(sent: MultiDict[str, str], page: ExpectedForm) -> TypedSignup | None:
    """Return the content of a form, or None if WTForms must look at it."""
    address = parse_plain(sent.get("email", "").strip())
    given_name = sent.get("given_name", "").strip()
    opened = sent.get("opened", "").strip()
    wording_ids = _read_boxes(sent, page)
    is_right = (
        address is not None
        and wording_ids is not None
        and sent.get("page") == page.fingerprint
        and sent.get("is_15") == TICKED
        and not sent.get(DECOY)
        and not sent.get("asked")
        and not any(sent.get(name) for name in LOOKED_AT)
        and not any(value for name, value in sent.items() if name.startswith(QUESTION))
        and _is_plain_name(given_name)
        and not ALL_CONTROLS.search(opened)
        and is_csrf_token(sent.get("csrf_token"))
    )
    if not is_right or address is None or wording_ids is None:
        return None
    return TypedSignup(
        address=address,
        profile=Profile(given_name=given_name or None, language=page.language),
        wording_ids=wording_ids,
        opened=opened,
        page=page.fingerprint,
    )


def _read_boxes(sent: MultiDict[str, str], page: ExpectedForm) -> list[int] | None:
    """Return the wordings of the ticked boxes; None if a compulsory one lacks, or one is old."""
    ticked = []
    for offer in page.offers:
        values = sent.getlist(consent_name(offer))
        if values[:1] == [str(offer[1].id)]:
            ticked.append(offer)
        elif values:
            return None
    if page.has_own_list:
        is_enough = ticked[:1] == [*page.offers[:1]]
    else:
        is_enough = any(mailing_list for mailing_list, _ in ticked)
    return [wording.id for _, wording in ticked] if ticked and is_enough else None


def _is_plain_name(name: str) -> bool:
    return (
        len(name) <= MAX_GIVEN_NAME and not ALL_CONTROLS.search(name) and not has_an_address(name)
    )
