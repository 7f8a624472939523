"""Records a download of the audit log, before its file is written."""

from supporters.audit_log.acts import Act
from supporters.audit_log.audit_events import record_team_act
from supporters.database import use_case


@use_case
def record_audit_download(*, is_filtered: bool) -> None:
    """Record that the current account downloads the audit log, or a part of it."""
    record_team_act(Act.AUDIT_DOWNLOADED, details={"is_filtered": is_filtered})
