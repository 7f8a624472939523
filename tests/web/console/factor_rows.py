"""The access of each role to the pages of passkeys, apps and codes (for test_roles.py)."""

from supporters.accounts.models import RoleName

_ANYBODY = {"nobody", "organiser", "owner", "dpo", "exporter", "approver"}
_EVERYBODY = {role.value for role in RoleName}
_SIGN_IN = (
    *("passkey_sign_in", "passkey_sign_in_options"),
    *("second_factor", "openid_start", "openid_return"),
)
_OWN_ACCOUNT = (
    *("factors", "new_passkey", "passkey_add_options", "passkey", "remove_own_passkey"),
    *("authenticator_app", "remove_own_app", "recovery_codes", "new_recovery_codes"),
    *("passkey_confirm_options", "confirm_with_passkey"),
)
FACTOR_ROWS: dict[str, set[str]] = {
    **{f"console.{name}": _ANYBODY for name in _SIGN_IN},
    **{f"console.{name}": _EVERYBODY for name in _OWN_ACCOUNT},
    "console.reset_organiser_factors": {"owner"},
}
