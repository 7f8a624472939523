"""Writes the evidence pack as one HTML file that loads nothing, in a language."""

from flask import render_template
from flask_babel import force_locale

from supporters.consent.pages import NO_STYLE, show_with_style
from supporters.rights.evidence.gathering import Pack


def render_evidence(pack: Pack, language: str) -> str:
    """Return the HTML of a pack."""
    with force_locale(language):
        return render_template(
            "evidence/pack.html", pack=pack, language=language, shown=_show_pages(pack)
        )


def _show_pages(pack: Pack) -> dict[int, str]:
    """Return the pages as they were shown, by their ids, without those that were altered."""
    styles = pack["styles"]
    return {
        page["id"]: show_with_style(page["html"], styles.get(page["style_sha256"], NO_STYLE))
        for page in pack["pages"]
        if page["html"] is not None
    }
