"""Labels of approvals and comments: refusals, doubts about links, ends of versions, places."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.campaigns.comments.rules import CommentPlace
from supporters.campaigns.comments.team_comments import CommentError
from supporters.campaigns.link_checks import LinkDoubt
from supporters.campaigns.models import VersionEnd
from supporters.delivery.approval import ApprovalError

APPROVAL_ERRORS: dict[ApprovalError, LazyString] = {
    ApprovalError.UNKNOWN: _("There is no such campaign."),
    ApprovalError.NOT_NOW: _("That isn’t possible in the campaign’s present state."),
    ApprovalError.CONTENT_FAULTY: _("Correct the message first."),
    ApprovalError.TOO_HEAVY: _(
        "The message has more than 102 kB of HTML: Gmail would cut off its end, with our address "
        "and the link to unsubscribe. Shorten it, first the long block that its editor marks."
    ),
    ApprovalError.NOBODY: _("Nobody on this list may be written to, so there is nobody to reach."),
    ApprovalError.UNTESTED: _(
        "Nobody got a test of this message yet. Send a test to yourself, and read it in your "
        "mailbox."
    ),
    ApprovalError.ALTERED: _(
        "The stored message isn’t the one that was frozen. Nothing was approved. Tell the "
        "operator and the data protection officer at once."
    ),
    ApprovalError.NO_REMARKS: _("Write what must change."),
}
LINK_DOUBTS: dict[LinkDoubt, LazyString] = {
    LinkDoubt.NOT_SECURE: _("not encrypted (http): readers may be watched on the way"),
    LinkDoubt.SHORTENED: _("shortened: it hides where it leads, and its host counts the readers"),
    LinkDoubt.UNREADABLE: _("this address can’t be read"),
}
VERSION_ENDS: dict[VersionEnd, LazyString] = {
    VersionEnd.REJECTED: _("Not approved"),
    VersionEnd.WITHDRAWN: _("Taken back"),
    VersionEnd.CHANGED: _("Void: the text was changed"),
    VersionEnd.RESTORED: _("Void: a backup was restored"),
}
COMMENT_PLACES: dict[CommentPlace, LazyString] = {
    CommentPlace.WHOLE: _("On the whole message"),
    CommentPlace.BLOCK: _("On this block"),
    CommentPlace.HERE: _("On these words:"),
    CommentPlace.CHANGED: _("On a block that has changed since. It said:"),
    CommentPlace.DELETED: _("On a block that was deleted. It said:"),
}
COMMENT_ERRORS: dict[CommentError, LazyString] = {
    CommentError.UNKNOWN: _("This comment was deleted meanwhile."),
    CommentError.TOO_MANY: _("A campaign has at most 500 comments."),
    CommentError.TOO_MANY_MENTIONS: _("A comment tells at most 20 colleagues. Choose fewer."),
    CommentError.NOT_DELETED: _(
        "Only its author can delete a comment, within ten minutes and before an answer. You can "
        "resolve it."
    ),
}
