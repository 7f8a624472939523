"""The routes of the console that show nothing of a list, each with its reason."""

NOTHING_OF_A_LIST = {
    "console.try_the_day": "leads to the training, whose people are made up",
    **dict.fromkeys(
        [
            *("console.dashboard", "console.campaigns", "console.lists", "console.people"),
            *map("console.{}".format, ("archive", "consents", "imports", "cases", "pictures")),
            *map("console.{}_picture".format, ("upload", "show", "remove")),
            *("console.trash", "console.signup_forms", "console.campaign_week"),
            *("console.start_campaign", "console.starting_text_html", "console.stop_sending"),
        ],
        "shows only what is within the scope (see the tests below)",
    ),
    **dict.fromkeys(
        [
            *("console.team_texts", "console.show_team_text", "console.remove_team_text"),
            *("console.save_piece", "console.show_piece"),
        ],
        "is about texts that the whole team shares (ADR 059)",
    ),
    **dict.fromkeys(
        [
            *("console.new_campaign", "console.create_document", "console.new_import"),
            *("console.new_signup_form", "console.audience"),
        ],
        "offers only lists within the scope, and accepts no other",
    ),
    **dict.fromkeys(
        [
            *("console.organisers", "console.invite", "console.show_organiser"),
            *("console.change_role", "console.limit_account", "console.disable_organiser"),
            *("console.enable_organiser", "console.request_right", "console.revoke_right"),
            *("console.resend_invitation", "console.revoke_invitation"),
            *("console.show_right_request", "console.reset_organiser_factors"),
        ],
        "is about accounts, for owners, who are never limited",
    ),
    **dict.fromkeys(
        [
            *map("console.{}".format, ("account", "change_password", "more_lookups")),
            *map("console.end_{}".format, ("device", "other_devices")),
            *map(
                "console.{}".format, ("factors", "passkey", "confirm_with_passkey", "new_passkey")
            ),
            *map(
                "console.{}".format, ("remove_own_app", "remove_own_passkey", "authenticator_app")
            ),
            *map("console.passkey_{}_options".format, ("add", "confirm")),
            *("console.recovery_codes", "console.new_recovery_codes"),
        ],
        "is about the account that is signed in",
    ),
    **dict.fromkeys(
        [
            *("console.new_list", "console.write_purpose", "console.new_case"),
            *("console.retention", "console.change_retention", "console.processing_record"),
            *("console.exports", "console.lift_hold", "console.came_back"),
            *("console.exports", "console.lift_hold", "console.delivery_health"),
            *("console.audit", "console.audit_file", "console.impact_assessment"),
            *("console.mail_theme", "console.mail_theme_html", "console.mail_theme_page"),
            "console.show_consent_change",
            *("console.rush", "console.release_emails", "console.drop_held_emails"),
            *("console.new_broadcast", "console.show_broadcast", "console.end_broadcast_now"),
            *("console.approval_rule", "console.resume_sending", "console.breaches"),
            "console.consent_notice",
            *("console.sending_times", "console.sending_window", "console.new_ballot"),
            *("console.change_ballot_page", "console.remove_ballot"),
            "console.sending_thresholds",
            *("console.pace", "console.provider_pace", "console.undo_pace", "console.full_pace"),
            "console.pace_connections",
            *("console.dkim_keys", "console.make_dkim_key", "console.check_dkim_records"),
            "console.retire_dkim_key",
            *("console.sending_thresholds", "console.delivery_setup", "console.check_delivery"),
            *("console.try_delivery", "console.override_delivery"),
            *("console.make_setup_key", "console.end_delivery_override"),
            *("console.sending_thresholds", "console.unreadable_mails"),
            *("console.unreadable_mail", "console.discard_unreadable_mail"),
            *("console.show_page_snapshot", "console.page_snapshot_content", "console.new_breach"),
        ],
        "is about the whole installation, for owners and the officer, who are never limited",
    ),
    **dict.fromkeys(
        [
            *("console.welcome", "console.choose_language", "console.second_factor"),
            *("console.passkey_sign_in_options", "console.passkey_sign_in"),
            *("console.openid_start", "console.openid_return"),
            *("console.forgotten_password", "console.new_password"),
        ],
        "is open to everybody, and names no list",
    ),
}
