"""One page for all links that cannot be used: the reason, and what the reader can do."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn

from flask import abort, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext as _


@dataclass(frozen=True)
class Button:
    """A link to a page with the next step."""

    endpoint: str
    label: LazyString


@dataclass(frozen=True, kw_only=True)
class DeadLink:
    """The content of the page; the first button is the main one."""

    heading: LazyString
    lead: LazyString
    advice: tuple[LazyString, ...] = ()
    buttons: tuple[Button, ...] = ()
    status: HTTPStatus = HTTPStatus.GONE


LISTS = Button("public.home", _("See the lists"))
OUR_LISTS = Button("public.home", _("See our lists"))
OPEN_MY_DATA = Button("public.my_data", _("Open my data to check"))
NEW_EMAIL = Button("public.my_data", _("Ask for a new email"))
JOIN_AGAIN = Button("public.home", _("Join again"))

NO_LONGER_WORKS = _("This link no longer works")
LEAVE_BY_ANY_MESSAGE = _(
    "To unsubscribe, use the link at the end of any of our emails. It never expires."
)
PRESS_AGAIN = _(
    "Press the button in the email once more, or copy the whole link into your browser."
)
SIGN_UP_ON_ITS_PAGE = _(
    "Sign up on the page of the list. It shows today’s text, and you confirm from your mailbox."
)


def _unknown(*buttons: Button, advice: tuple[LazyString, ...] = ()) -> DeadLink:
    """Return the page of a link that we did not make."""
    return DeadLink(
        heading=_("We don’t know this link"),
        lead=_(
            "It may be cut off: some mail programs break long links in two. Nothing was changed."
        ),
        advice=advice,
        buttons=buttons,
        status=HTTPStatus.NOT_FOUND,
    )


SUBSCRIPTIONS_EXPIRED = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "Links to your subscriptions are valid for a limited time, because they open without a "
        "password. Nothing was changed."
    ),
    advice=(
        LEAVE_BY_ANY_MESSAGE,
        _(
            "To get a new link, sign up again with the same address. Nothing changes, and we send"
            " the link to your mailbox."
        ),
    ),
    buttons=(Button("public.home", _("Sign up again")),),
)
INVITATION_CLOSED = DeadLink(
    heading=_("This email is no longer valid"),
    lead=_(
        "You answered it, or its link has expired. We delete the addresses of people who do "
        "not answer, and never send this email to them again."
    ),
    advice=(
        _("To join, sign up on one of our pages. It takes a minute."),
        LEAVE_BY_ANY_MESSAGE,
    ),
    buttons=(OUR_LISTS,),
)
INVITATION_UNKNOWN = _unknown(
    OUR_LISTS,
    advice=(PRESS_AGAIN,),
)
LEAVE_UNKNOWN = _unknown(
    Button("public.my_data", _("Ask for a link to my data")),
    advice=(
        PRESS_AGAIN,
        LEAVE_BY_ANY_MESSAGE,
        _("Or open your data with a new link: there you leave every list at once."),
    ),
)
OF_AN_EMAIL_UNKNOWN = _unknown(OPEN_MY_DATA, advice=(PRESS_AGAIN,))
RECONFIRMATION_EXPIRED = DeadLink(
    heading=_("This link has expired"),
    lead=_(
        "It was valid for 30 days. Nothing was changed: your earlier consent is still valid, "
        "and covers nothing more."
    ),
    advice=(SIGN_UP_ON_ITS_PAGE,),
    buttons=(LISTS,),
)
RECONFIRMATION_CLOSED = DeadLink(
    heading=_("This question is closed"),
    lead=_("You are no longer on this list, so there is nothing to answer. Nothing was changed."),
    advice=(SIGN_UP_ON_ITS_PAGE,),
    buttons=(LISTS,),
)
RECONFIRMATION_TEXT_CHANGED = DeadLink(
    heading=_("The text has changed"),
    lead=_("Nothing was saved. Open the link in our email again, and read the new text."),
)
RECONFIRMATION_RESTRICTED = DeadLink(
    heading=_("Nothing was changed"),
    lead=_("Your data is restricted, so we cannot change it. Lift the restriction first."),
    buttons=(Button("public.my_data", _("My data")),),
)
RECONFIRMATION_UNKNOWN = _unknown(LISTS, advice=(SIGN_UP_ON_ITS_PAGE,))
UNDO_EXPIRED = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, for 14 days, and only if you have asked us for nothing else since. If"
        " you already pressed its button, it is done."
    ),
    buttons=(OPEN_MY_DATA, JOIN_AGAIN),
)
UNDO_UNKNOWN = _unknown(OPEN_MY_DATA, JOIN_AGAIN)
NEW_ADDRESS_EXPIRED = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, for 24 hours, and only the newest link works. If you already pressed "
        "its button, it is done."
    ),
    buttons=(OPEN_MY_DATA,),
)
NEW_ADDRESS_UNKNOWN = _unknown(OPEN_MY_DATA)
MY_DATA_EXPIRED = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, for one day, because it opens your data without a password. Nothing "
        "was shown or changed."
    ),
    buttons=(NEW_EMAIL,),
)
MY_DATA_UNKNOWN = _unknown(NEW_EMAIL)


def refuse_link(link: DeadLink) -> NoReturn:
    """End the request with the page of a link that we did not make."""
    abort(make_response(show_dead_link(link)))


def show_dead_link(link: DeadLink, status: HTTPStatus | None = None) -> ResponseReturnValue:
    """Return the page, with the given HTTP status or the status of the link."""
    return render_template("public/dead_link.html", link=link), status or link.status
