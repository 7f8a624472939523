"""The words of approvals, launches and tests of campaigns, and of comments."""

from flask_babel import lazy_gettext as _

from supporters.campaigns.comments.rules import CommentPlace
from supporters.campaigns.comments.team_comments import CommentError
from supporters.campaigns.links.link_checks import LinkDoubt
from supporters.campaigns.models import VersionEnd
from supporters.delivery.approval import ApprovalError
from supporters.delivery.launch import LaunchError
from supporters.delivery.message.previews import SendTestError
from supporters.web.labels.word_tables import Names, ShellTexts

APPROVAL_ERRORS: Names[ApprovalError] = {
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
APPROVAL_ERRORS_IN_THE_SHELL: ShellTexts[ApprovalError] = {
    ApprovalError.UNKNOWN: (
        "There is no campaign with this number. See them with: flask campaigns list"
    ),
    ApprovalError.NOT_NOW: (
        "That isn't possible in the present state of the campaign. See: flask campaigns status"
    ),
    ApprovalError.CONTENT_FAULTY: "The draft has mistakes. Correct them in the console.",
    ApprovalError.TOO_HEAVY: (
        "The message has more than 102 kB of HTML, and Gmail would cut off the link to "
        "unsubscribe. Shorten it in the console, whose editor marks the longest block."
    ),
    ApprovalError.NOBODY: "Nobody on the list may be written to.",
    ApprovalError.UNTESTED: (
        "Nobody got a test of exactly this message. Send one with: flask campaigns test"
    ),
    ApprovalError.ALTERED: (
        "The stored message isn't the one that was frozen. Keep a copy of the database, and run: "
        "flask consent verify"
    ),
    ApprovalError.NO_REMARKS: "Say what must change.",
}
REFUSED_LAUNCHES: ShellTexts[LaunchError] = {
    LaunchError.UNKNOWN: APPROVAL_ERRORS_IN_THE_SHELL[ApprovalError.UNKNOWN],
    LaunchError.NOT_A_DRAFT: (
        "The campaign was launched already, or is in the trash. It can be launched once."
    ),
    LaunchError.CONTENT_FAULTY: APPROVAL_ERRORS_IN_THE_SHELL[ApprovalError.CONTENT_FAULTY],
    LaunchError.TOO_HEAVY: APPROVAL_ERRORS_IN_THE_SHELL[ApprovalError.TOO_HEAVY],
    LaunchError.NOT_APPROVED: (
        "A second person must approve it first. See: flask campaigns ask --help, and flask "
        "campaigns approve --help"
    ),
    LaunchError.APPROVER_GONE: (
        "The account that approved it can't approve it any more. Withdraw the approval, and ask "
        "somebody else. See: flask campaigns withdraw --help"
    ),
    LaunchError.UNTESTED: APPROVAL_ERRORS_IN_THE_SHELL[ApprovalError.UNTESTED],
    LaunchError.VERSION_ALTERED: APPROVAL_ERRORS_IN_THE_SHELL[ApprovalError.ALTERED],
    LaunchError.NOBODY: "Nobody on the list may be written to.",
    LaunchError.SETUP_FAULTY: (
        "Not sent: the delivery set-up has a fault. See what to correct: flask delivery check. An "
        "owner may allow it for a week: flask delivery override --by OWNER --reason TEXT"
    ),
    LaunchError.SILENCE: (
        "There is electoral silence for the list of the campaign. Launch it when the silence is "
        "over. An owner sees its hours in the console, under Campaigns, Sending hours."
    ),
    LaunchError.LOG_ALTERED: (
        "The consent log has a withdrawal that the database lacks. Somebody who unsubscribed might "
        "get the email. Run: flask consent verify"
    ),
    LaunchError.LANGUAGE_GONE: (
        "The site doesn't offer a language of this campaign any more. Offer it again "
        "(SUPPORTERS_LANGUAGES), or make the campaign a draft (flask campaigns withdraw) and "
        "remove the text in that language in the console."
    ),
    LaunchError.WAVE_TOO_LARGE: (
        "The first wave has everybody on the list. Give a smaller number with --wave; 0 is none."
    ),
}
REFUSED_TESTS: Names[SendTestError] = {
    SendTestError.LAUNCHED: _("This campaign was launched: a test can’t change anything any more."),
    SendTestError.FROZEN_EARLIER: _(
        "The program or its settings have changed since approval was asked for, so a test would "
        "not show what was frozen. Take the request back, and ask again."
    ),
    SendTestError.ADDRESS_UNCONFIRMED: _(
        "We send a test only to an address whose owner has answered us. Sign out, press "
        "“Forgotten password”, and follow the link that we send you."
    ),
    SendTestError.OBJECTED: _(
        "The owner of this address objected to all messages, so it gets no test."
    ),
    SendTestError.TOO_MANY: _(
        "This mailbox got %(count)s tests today: this is the limit. The preview shows the same."
    ),
    SendTestError.SENT_TOO_MANY: _(
        "You sent %(sent)s tests today: this is the limit. The preview shows the same."
    ),
    SendTestError.NOT_A_READER: _("This account may not read the campaigns of this list."),
}
REFUSED_TESTS_IN_THE_SHELL: ShellTexts[SendTestError] = {
    SendTestError.CONTENT_FAULTY: "The draft has mistakes. Correct them in the console.",
    SendTestError.LAUNCHED: "The campaign was launched already.",
    SendTestError.FROZEN_EARLIER: (
        "The program or its settings have changed since the message was frozen, so a test would "
        "show another one. Run flask campaigns withdraw, and ask again."
    ),
    SendTestError.ADDRESS_UNCONFIRMED: (
        "The owner of this address has not proved it. They use “Forgotten password” in the console."
    ),
    SendTestError.OBJECTED: "The owner of this address objected to all messages.",
    SendTestError.TOO_MANY: "This account got the most tests that are allowed in a day.",
    SendTestError.SENT_TOO_MANY: "The shell sent the most tests that are allowed in a day.",
    SendTestError.NOT_A_READER: "This account may not read the campaigns of that list.",
}
LINK_DOUBTS: Names[LinkDoubt] = {
    LinkDoubt.NOT_SECURE: _("not encrypted (http): readers may be watched on the way"),
    LinkDoubt.SHORTENED: _("shortened: it hides where it leads, and its host counts the readers"),
    LinkDoubt.UNREADABLE: _("this address can’t be read"),
}
VERSION_ENDS: Names[VersionEnd] = {
    VersionEnd.REJECTED: _("Not approved"),
    VersionEnd.WITHDRAWN: _("Taken back"),
    VersionEnd.CHANGED: _("Void: the text was changed"),
    VersionEnd.RESTORED: _("Void: a backup was restored"),
}
COMMENT_PLACES: Names[CommentPlace] = {
    CommentPlace.WHOLE: _("On the whole message"),
    CommentPlace.BLOCK: _("On this block"),
    CommentPlace.HERE: _("On these words:"),
    CommentPlace.CHANGED: _("On a block that has changed since. It said:"),
    CommentPlace.DELETED: _("On a block that was deleted. It said:"),
}
COMMENT_ERRORS: Names[CommentError] = {
    CommentError.UNKNOWN: _("This comment was deleted meanwhile."),
    CommentError.TOO_MANY: _("A campaign has at most 500 comments."),
    CommentError.TOO_MANY_MENTIONS: _("A comment tells at most 20 colleagues. Choose fewer."),
    CommentError.NOT_DELETED: _(
        "Only its author can delete a comment, within ten minutes and before an answer. You can "
        "resolve it."
    ),
}
