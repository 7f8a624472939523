"""The language of a text that a command takes: one of those that the party offers."""

from supporters.cli.output import refuse
from supporters.public_languages import (
    default_public_language,
    is_offered_language,
    public_languages,
)


def offered_language(asked: str | None) -> str:
    """Return the asked language, or the default. Ends the command for one that is not offered."""
    code = asked or default_public_language()
    if not is_offered_language(code):
        offered = ", ".join(public_languages())
        refuse(f"This site has no {code}. Give one of: {offered}, or change SUPPORTERS_LANGUAGES.")
    return code
