"""The blueprint of the public pages."""

from flask import Blueprint

public = Blueprint("public", __name__)
LANGUAGE = "<any(fr, en):lang_code>"
