"""QR codes, dark on white in dark mode too, for cameras (ISO/IEC 18004)."""

import io
from typing import Any

import segno

UNITS_OF_A_MODULE = 6
PIXELS_OF_A_MODULE = 20  # sharp on an A4 poster
BORDER = 4  # modules, as the standard asks


def draw_qr_code(text: str, *, error: str = "m") -> str:
    """Return a QR code as a part of a page; `error` is the level of error correction."""
    code = segno.make(text, error=error, micro=False)
    return str(code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True))


def draw_qr_file(text: str) -> bytes:
    """Return a QR code as an SVG file."""
    return _save(text, kind="svg", scale=UNITS_OF_A_MODULE, xmldecl=False)


def paint_qr_file(text: str) -> bytes:
    """Return a QR code as a PNG file that may be printed."""
    return _save(text, kind="png", scale=PIXELS_OF_A_MODULE)


def _save(text: str, **options: Any) -> bytes:
    file = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(file, border=BORDER, dark="#000", light="#fff", **options)
    return file.getvalue()
