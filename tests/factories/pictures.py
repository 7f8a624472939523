"""Files of pictures as people upload them, and pictures in the library."""

import io

from PIL import Image

from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.stored_pictures import add_picture, describe_picture

BLUE = (20, 60, 160)
SECRET = "Secret camera of Anna"
GPS, MAKER, ORIENTATION, TURNED = 0x8825, 0x010F, 0x0112, 6


def file_with(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the file of an image."""
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def plain_file(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: object = BLUE) -> bytes:
    """Return a picture of one colour."""
    return file_with(Image.new("RGB", size, colour), kind)


def photo(width: int = 4000, height: int = 3000) -> bytes:
    """Return a photo as a telephone makes it: turned, with the place, the camera and a comment."""
    details = Image.Exif()
    details[ORIENTATION], details[MAKER] = TURNED, SECRET
    details.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 30.0)})
    noise = Image.effect_noise((width // 16, height // 16), 60).resize((width, height))
    return file_with(noise.convert("RGB"), exif=details, comment=SECRET.encode(), quality=92)


def make_picture(content: bytes | None = None) -> Picture:
    """Return a picture of the library."""
    made = add_picture(io.BytesIO(content or plain_file()), by_id=None)
    assert isinstance(made, Picture), made
    return made


def make_described_picture() -> Picture:
    """Return a picture of the library with a description."""
    described = describe_picture(make_picture().id, "La salle", is_decoration=False)
    assert described is not None
    return described
