"""Writes the pieces of a compiled text as JSON, and reads them."""

from collections.abc import Sequence
from html import escape
from typing import Any

from supporters.campaigns.merge_fields import (
    Escape,
    MergeField,
    Placeholder,
    TemplateText,
    percent_encode,
)

ESCAPES: dict[str, Escape] = {"text": str, "html": escape, "url": percent_encode}
NAMES_OF_ESCAPES = {function: name for name, function in ESCAPES.items()}
Json = dict[str, Any]


def list_pieces(text: TemplateText) -> list[str | Json]:
    """Return the pieces of a text for JSON."""
    return [
        {
            "field": piece.slot.field,
            "fallback": piece.slot.fallback,
            "escape": NAMES_OF_ESCAPES[piece.escape],
        }
        if isinstance(piece, Placeholder)
        else piece
        for piece in text.pieces
    ]


def read_pieces(pieces: Sequence[str | Json]) -> TemplateText:
    """Return the text of pieces from JSON."""
    return TemplateText(
        [
            piece
            if isinstance(piece, str)
            else Placeholder(
                MergeField(piece["field"], piece["fallback"]), ESCAPES[piece["escape"]]
            )
            for piece in pieces
        ]
    )
