"""The access of each role to evidence, privacy requests and breaches (for test_roles.py)."""

_GUARDIANS = {"owner", "dpo"}
EVIDENCE_ROWS: dict[str, set[str]] = {
    # Evidence and privacy requests
    **dict.fromkeys(
        [
            *("console.audit", "console.audit_file", "console.impact_assessment"),
            *("console.cases", "console.close_case", "console.consents"),
            *("console.correct_person", "console.erase_person", "console.evidence"),
            *("console.evidence_html", "console.evidence_json", "console.evidence_pack"),
            *("console.evidence_page", "console.exports", "console.extend_case"),
            "console.delivery_health",
            *("console.restrict_person", "console.page_snapshot_content", "console.page_snapshots"),
            *("console.new_case", "console.note_case", "console.processing_record"),
            *("console.retention", "console.show_case", "console.show_page_snapshot"),
            *("console.show_purpose", "console.lift_restriction"),
        ],
        _GUARDIANS,
    ),
    # Personal data breaches
    **dict.fromkeys(
        [
            *("console.breaches", "console.new_breach", "console.show_breach"),
            *("console.note_breach", "console.correct_breach", "console.breach_notification"),
            *("console.notify_authority", "console.dismiss_notification"),
            *("console.decide_about_people", "console.close_breach", "console.reopen_breach"),
            *("console.breach_people", "console.empty_breach_people", "console.breach_notice"),
            *("console.approve_breach_notice", "console.breach_notice_html"),
        ],
        _GUARDIANS,
    ),
}
