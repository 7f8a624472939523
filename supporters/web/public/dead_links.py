"""One page for every link that can't be used: why that is, and what its reader can do."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Button:
    """A link to a page of ours that helps on."""

    endpoint: str
    label: LazyString


@dataclass(frozen=True, kw_only=True)
class DeadLink:
    """What the page says; the first button is the main one."""

    heading: LazyString
    lead: LazyString
    advice: tuple[LazyString, ...] = ()
    buttons: tuple[Button, ...] = ()
    status: HTTPStatus = HTTPStatus.GONE


LISTS = Button("public.home", _("See the lists"))
OUR_LISTS = Button("public.home", _("See our lists"))
LOOK = Button("public.my_data", _("Open my data to look"))
NEW_EMAIL = Button("public.my_data", _("Ask for a new letter"))
JOIN_AGAIN = Button("public.home", _("Join again"))

NO_LONGER_WORKS = _("This link no longer works")
LEAVE_BY_ANY_MESSAGE = _(
    "To leave: use the link at the end of any of our messages. It never expires."
)
SIGN_UP_ON_ITS_PAGE = _(
    "Sign up on the page of the list: you read what it is about today, and confirm from your "
    "mailbox."
)


def _unknown(*buttons: Button, advice: tuple[LazyString, ...] = ()) -> DeadLink:
    """Return what is said of a link that we never made."""
    return DeadLink(
        heading=_("We don’t know this link"),
        lead=_(
            "It may be cut off: some mail programs break long links in two. Nothing was changed."
        ),
        advice=advice,
        buttons=buttons,
        status=HTTPStatus.NOT_FOUND,
    )


SUBSCRIPTIONS_OVER = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "Links to your subscriptions are valid for a limited time, because they open without a "
        "password. Nothing was changed."
    ),
    advice=(
        LEAVE_BY_ANY_MESSAGE,
        _(
            "To get a fresh link: sign up again with the same address. Nothing changes, and we "
            "send the link to your mailbox."
        ),
    ),
    buttons=(Button("public.home", _("Sign up again")),),
)
INVITATION_OVER = DeadLink(
    heading=_("This letter is over"),
    lead=_(
        "It was answered, or its time has passed. What was not answered is deleted: no such "
        "letter reaches you again."
    ),
    advice=(
        _("To join after all, sign up on one of our pages. It takes a minute."),
        LEAVE_BY_ANY_MESSAGE,
    ),
    buttons=(OUR_LISTS,),
)
INVITATION_UNKNOWN = _unknown(
    OUR_LISTS,
    advice=(
        _("Press the button in the letter once more, or copy the whole link into your browser."),
    ),
)
QUESTION_EXPIRED = DeadLink(
    heading=_("This link has expired"),
    lead=_(
        "It was valid for 30 days. Nothing was changed: what you agreed to before still holds, "
        "and nothing more."
    ),
    advice=(SIGN_UP_ON_ITS_PAGE,),
    buttons=(LISTS,),
)
QUESTION_OVER = DeadLink(
    heading=_("This question is over"),
    lead=_("You are no longer on this list, so there is nothing to answer. Nothing was changed."),
    advice=(SIGN_UP_ON_ITS_PAGE,),
    buttons=(LISTS,),
)
QUESTION_CHANGED = DeadLink(
    heading=_("The text was changed meanwhile"),
    lead=_("Nothing was kept. Open the link in our letter once more, and read the new text."),
)
QUESTION_FROZEN = DeadLink(
    heading=_("Nothing was changed"),
    lead=_("Your data is frozen, so nothing of it is changed. Unfreeze it first."),
    buttons=(Button("public.my_data", _("My data")),),
)
QUESTION_UNKNOWN = _unknown(LISTS, advice=(SIGN_UP_ON_ITS_PAGE,))
UNDO_OVER = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, for 14 days, and only as long as nothing else was asked of us since. If "
        "you pressed it before, it is done."
    ),
    buttons=(LOOK, JOIN_AGAIN),
)
UNDO_UNKNOWN = _unknown(LOOK, JOIN_AGAIN)
NEW_ADDRESS_OVER = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, within 24 hours, and only the newest does. If you pressed it before, it "
        "is done."
    ),
    buttons=(LOOK,),
)
NEW_ADDRESS_UNKNOWN = _unknown(LOOK)
MY_DATA_OVER = DeadLink(
    heading=NO_LONGER_WORKS,
    lead=_(
        "It works once, and within a day, because it opens your data without a password. Nothing "
        "was shown or changed."
    ),
    buttons=(NEW_EMAIL,),
)
MY_DATA_UNKNOWN = _unknown(NEW_EMAIL)


def show_dead_link(link: DeadLink, status: HTTPStatus | None = None) -> ResponseReturnValue:
    """Return the page, with the status of the link unless another one is asked for."""
    return render_template("public/dead_link.html", link=link), status or link.status
