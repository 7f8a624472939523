"""The blueprint of the public pages."""

from flask import Blueprint

from supporters.languages import LANGUAGES

public = Blueprint("public", __name__)
LANGUAGE = f"<any({', '.join(LANGUAGES)}):lang_code>"
