"""The access of each role to the questions and the territory of a list (for test_roles.py)."""

_TEAM = {"organiser", "owner", "dpo"}
_OWNERS = (
    *("new_question", "edit_question", "move_question", "delete_question"),
    *("close_list_question", "open_list_question", "list_territory"),
)
QUESTION_ROWS: dict[str, set[str]] = {
    "console.questions": _TEAM,
    **{f"console.{name}": {"owner"} for name in _OWNERS},
}
