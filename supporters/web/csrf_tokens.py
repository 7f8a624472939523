"""Whether a token of Flask-WTF is of this browser, for forms that check it themselves."""

from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError


def is_csrf_token(token: str | None) -> bool:
    """Tell whether a token is of this browser. It is valid as long as the session."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True
