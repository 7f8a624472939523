"""Makes the icon of the site: a small square PNG, of a picture of the library."""

import io

from PIL import Image

SIDE = 192  # pixels; browsers make it smaller where they need to
CLEAR = (0, 0, 0, 0)


def make_icon(content: bytes) -> bytes:
    """Return the icon of a picture: whole, in the middle of a clear square."""
    picture = Image.open(io.BytesIO(content)).convert("RGBA")
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (SIDE, SIDE), CLEAR)
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    output = io.BytesIO()
    square.save(output, "PNG", optimize=True)
    return output.getvalue()
