"""QR codes, dark on white in dark mode too, for cameras."""

import io

import segno

PIXELS_OF_A_MODULE = 20  # sharp on an A4 poster


def draw_qr_code(text: str, *, error: str = "m") -> str:
    """Return a QR code as SVG; `error` is the level of error correction (ISO/IEC 18004)."""
    code = segno.make(text, error=error, micro=False)
    return code.svg_inline(border=3, dark="#000", light="#fff", omitsize=True)


def paint_qr_code(text: str) -> bytes:
    """Return a QR code as a PNG file that may be printed."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        file, kind="png", border=4, scale=PIXELS_OF_A_MODULE
    )
    return file.getvalue()
