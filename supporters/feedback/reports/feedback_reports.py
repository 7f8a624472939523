"""Reads complaints: the Abuse Reporting Format (RFC 5965, RFC 9477) and what came before it."""

import re

from supporters.feedback.reports.mail_kinds import subject_of
from supporters.feedback.reports.mail_parts import MailPart, read_headers
from supporters.feedback.reports.report import ReportKind

REPORT = "message/feedback-report"
COMPLAINTS = {"abuse", "opt-out", "opt-out-list"}  # the last is of the drafts of RFC 5965
ENCLOSES = {"message/rfc822", "text/rfc822-headers"}
# Microsoft's junk mail reporting: the complaint about an email of ours, with that email.
OF_MICROSOFT = re.compile(r"(?i)^complaint about message from\b")
FORWARDED = "x-hmxmroriginalrecipient"  # the same, without a message around it
OF_AN_AUTHENTICATION = {"auth-failure", "identity-alignment", "delivery-result"}  # RFC 6591


def read_feedback(mail: MailPart) -> dict[str, str] | None:
    """Return the fields of a feedback report, if the email is one."""
    parts = [each for each in mail.walk() if each.kind == REPORT]
    if parts:
        return dict(read_headers(parts[0].content.lstrip(b"\n")))
    if mail.parameters.get("report-type", "").lower() == "feedback-report":
        for each in mail.walk():
            fields = dict(read_headers(each.content.lstrip(b"\n"))) if not each.parts else {}
            if "feedback-type" in fields:
                return fields
        return {}
    encloses = any(each.kind in ENCLOSES for each in mail.walk())
    is_of_microsoft = encloses and bool(OF_MICROSOFT.search(subject_of(mail)))
    return {"feedback-type": "abuse"} if is_of_microsoft or mail.get(FORWARDED) else None


def kind_of_feedback(fields: dict[str, str]) -> tuple[ReportKind, str | None]:
    """Return the kind of a report and its type: only its reader's own wish is a complaint."""
    named = fields.get("feedback-type", "").partition(";")[0].partition("(")[0].strip().lower()
    is_complaint = named in COMPLAINTS and not OF_AN_AUTHENTICATION & set(fields)
    return ReportKind.COMPLAINT if is_complaint else ReportKind.OTHER_FEEDBACK, named[:40] or None
