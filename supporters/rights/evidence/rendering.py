"""Writes the evidence pack as one HTML file that loads nothing, in a language."""

from flask import render_template
from flask_babel import force_locale

from supporters.rights.evidence.gathering import Pack


def render_evidence(pack: Pack, language: str) -> str:
    """Return the HTML of a pack."""
    with force_locale(language):
        return render_template("evidence/pack.html", pack=pack, language=language)
