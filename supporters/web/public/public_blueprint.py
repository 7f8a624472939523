"""The blueprint of the public pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from supporters.languages import LANGUAGES

__all__ = ["ResponseReturnValue"]  # beside what begins here: each view needs it
public = Blueprint("public", __name__)
LANGUAGE = f"<any({', '.join(LANGUAGES)}):lang_code>"
