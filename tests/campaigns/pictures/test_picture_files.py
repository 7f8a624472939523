"""An uploaded file is known by its content, and comes out small, clean and harmless."""

import io
import zipfile

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from supporters.campaigns.pictures.models import PictureFormat
from supporters.campaigns.pictures.stored_pictures import (
    LARGEST_FILE,
    MOST_OCTETS,
    PictureFault,
    PictureFile,
    make_picture_file,
)
from tests.factories.pictures import BLUE, SECRET, file_with, photo, plain_file

PAGE = b"<script>alert(document.cookie)</script>"
TRANSPARENT = (20, 60, 160, 100)


def make(content: bytes) -> PictureFile:
    """Return the file made of an upload that is accepted."""
    made = make_picture_file(io.BytesIO(content))
    assert isinstance(made, PictureFile), made
    return made


def fault(content: bytes) -> PictureFault | PictureFile:
    """Return the fault of an upload."""
    return make_picture_file(io.BytesIO(content))


def shown(made: PictureFile) -> Image.Image:
    return Image.open(io.BytesIO(made.content))


def test_a_photo_of_12_megapixels_comes_out_small_upright_and_without_its_secrets() -> None:
    uploaded = photo()
    made = make(uploaded)
    assert SECRET.encode() in uploaded
    assert (made.format, made.width, made.height) == (PictureFormat.JPEG, 1200, 1600)
    assert len(made.content) <= LARGEST_FILE
    assert SECRET.encode() not in made.content
    assert not shown(made).getexif()
    assert not {"exif", "icc_profile", "comment"} & {*shown(made).info}
    assert shown(made).info["progressive"]


def test_a_picture_that_nothing_makes_light_is_made_smaller_until_it_is_light() -> None:
    noise = Image.merge("RGBA", [Image.effect_noise((900, 900), 100)] * 4)
    made = make(file_with(noise, "PNG", compress_level=1))
    assert made.format is PictureFormat.PNG
    assert len(made.content) <= LARGEST_FILE
    assert made.width == made.height < 900


def test_what_is_transparent_stays_transparent_and_everything_else_is_a_jpeg() -> None:
    made = make(file_with(Image.new("RGBA", (40, 30), TRANSPARENT), "PNG"))
    assert (made.format, shown(made).getpixel((1, 1))) == (PictureFormat.PNG, TRANSPARENT)
    opaque = make(file_with(Image.new("RGBA", (40, 30), (*BLUE, 255)), "PNG"))
    assert (opaque.format, shown(opaque).mode) == (PictureFormat.JPEG, "RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_usual_format_is_taken(kind: str) -> None:
    made = make(plain_file(kind))
    assert (made.format, made.width, made.height) == (PictureFormat.JPEG, 40, 30)


@pytest.mark.parametrize(
    ("mode", "kind", "grey"), [("I;16", "PNG", 40_000), ("CMYK", "JPEG", (0, 0, 0, 99))]
)
def test_pictures_of_cameras_and_printers_keep_their_brightness(
    mode: str, kind: str, grey: object
) -> None:
    made = make(file_with(Image.new(mode, (40, 30), grey), kind))
    assert shown(made).convert("L").getpixel((5, 5)) == pytest.approx(156, abs=2)


def test_colours_of_a_profile_become_those_of_screens_without_a_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = make(file_with(Image.new("RGB", (40, 30), BLUE), "PNG", icc_profile=profile))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    usual = make(file_with(Image.new("RGB", (40, 30), BLUE), "PNG", icc_profile=srgb))
    assert broken.hash == usual.hash == make(plain_file()).hash


def test_a_photo_with_a_second_image_in_it_is_taken() -> None:
    image = Image.new("RGB", (40, 30), BLUE)
    several = file_with(image, "MPO", save_all=True, append_images=[image])
    assert make(several).hash == make(plain_file("JPEG")).hash


def test_a_picture_that_is_a_page_as_well_comes_out_as_a_picture_only() -> None:
    comment = file_with(Image.new("RGB", (40, 30), BLUE), comment=PAGE)
    for upload in (comment, plain_file("JPEG") + PAGE):
        assert PAGE in upload
        assert PAGE not in make(upload).content


def test_a_picture_that_is_an_archive_as_well_comes_out_as_a_picture_only() -> None:
    archive = io.BytesIO(plain_file("PNG"))
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr("evil.html", PAGE)
    assert zipfile.is_zipfile(archive)
    made = make(archive.getvalue())
    assert not zipfile.is_zipfile(io.BytesIO(made.content))


def test_texts_in_a_picture_are_dropped() -> None:
    texts = PngInfo()
    texts.add_text("Comment", SECRET)
    image = Image.new("RGBA", (40, 30), TRANSPARENT)
    assert SECRET.encode() not in make(file_with(image, "PNG", pnginfo=texts)).content


@pytest.mark.parametrize("tag", ["svg", "SVG"])
def test_a_drawing_is_refused(tag: str) -> None:
    drawing = f'<?xml version="1.0"?><!-- a picture --><{tag} onload="alert(1)"/>'
    assert fault(drawing.encode()) is PictureFault.DRAWING


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", PictureFault.EMPTY),
        (b"<html>", PictureFault.NOT_A_PICTURE),
        (b"%PDF-1.7", PictureFault.NOT_A_PICTURE),
        (b"BM" + bytes(60), PictureFault.NOT_A_PICTURE),
        (b"\0\0\0\x18ftypheic\0\0\0\0", PictureFault.HEIF),
        (bytes(MOST_OCTETS + 1), PictureFault.TOO_HEAVY),
    ],
)
def test_a_file_that_is_none_of_our_formats_is_refused(
    content: bytes, expected: PictureFault
) -> None:
    assert fault(content) is expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_picture_is_refused(kind: str) -> None:
    whole = file_with(Image.effect_noise((200, 200), 60).convert("RGB"), kind)
    assert fault(whole[: len(whole) // 2]) is PictureFault.BROKEN


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    other = Image.new("RGB", (40, 30), "red")
    first = Image.new("RGB", (40, 30), BLUE)
    moving = file_with(first, kind, save_all=True, append_images=[other])
    assert fault(moving) is PictureFault.MOVES


@pytest.mark.parametrize("size", [(7_000, 7_000), (50_000, 1_000), (4_001, 4_000)])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_picture_with_too_many_pixels_is_refused(size: tuple[int, int], kind: str) -> None:
    assert fault(file_with(Image.new("L", size), kind)) is PictureFault.TOO_MANY_PIXELS


def test_the_largest_photo_of_a_telephone_is_taken_and_a_progressive_one_is_not() -> None:
    large = Image.new("RGB", (8_064, 6_048))
    assert make(file_with(large, "JPEG")).height == 900
    progressive = file_with(large, "JPEG", progressive=True)
    assert fault(progressive) is PictureFault.TOO_MANY_PIXELS


@pytest.mark.parametrize("side", [7_100, 10_000, 20_000])
def test_a_small_file_of_a_huge_picture_is_refused_before_it_is_unpacked(side: int) -> None:
    bomb = file_with(Image.new("1", (side, side)), "PNG")
    assert len(bomb) < 100_000
    assert fault(bomb) is PictureFault.TOO_MANY_PIXELS


def test_a_text_that_unpacks_to_gigabytes_is_refused() -> None:
    texts = PngInfo()
    texts.add_text("Comment", "a" * 50_000_000, zip=True)
    bomb = file_with(Image.new("RGB", (40, 30), BLUE), "PNG", pnginfo=texts)
    assert len(bomb) < 100_000
    assert fault(bomb) is PictureFault.BROKEN


@pytest.mark.parametrize("size", [(100, 30_000), (30_000, 1), (1, 1)])
def test_any_shape_is_taken(size: tuple[int, int]) -> None:
    made = make(plain_file("PNG", size))
    assert made.width <= 1200
    assert 1 <= made.height <= 4000


def test_the_same_upload_gives_the_same_file() -> None:
    uploaded = photo(400, 300)
    assert make(uploaded).hash == make(uploaded).hash
