"""The access of each role to the sign-up forms that the team makes (for test_roles.py)."""

_WRITERS = (
    *("new_signup_form", "edit_signup_form", "open_signup_form", "close_signup_form"),
    *("order_signup_form", "duplicate_signup_form", "remove_signup_form"),
)
_TEAM = (
    *("signup_forms", "show_signup_form", "preview_signup_form", "share_signup_form"),
    *("signup_form_qr_code", "signup_form_poster"),
)
FORM_ROWS: dict[str, set[str]] = {
    **{f"console.{name}": {"organiser", "owner"} for name in _WRITERS},
    **{f"console.{name}": {"organiser", "owner", "dpo"} for name in _TEAM},
}
