"""The texts of the notices about security: a subject, paragraphs, and the words of a button.

A text may use the values that its sender gives, as %(name)s.
"""

from supporters.organisers.breach_notice_texts import BREACH_TEXTS
from supporters.organisers.notice_kinds import Notice, NoticeText
from supporters.organisers.sign_in_notice_texts import SIGN_IN_TEXTS
from supporters.organisers.signup_notice_texts import SIGNUP_TEXTS
from supporters.organisers.team_notice_texts import TEAM_TEXTS
from supporters.organisers.work_notice_texts import WORK_TEXTS

NOTICE_TEXTS: dict[Notice, NoticeText] = (
    SIGN_IN_TEXTS | TEAM_TEXTS | WORK_TEXTS | BREACH_TEXTS | SIGNUP_TEXTS
)
