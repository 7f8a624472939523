"""The party's face in purple."""

from supporters.campaigns.face_changes import FaceChoice, change_face
from supporters.mail.mail_face import find_face
from supporters.web.public.page_face import make_page_face

PURPLE, YELLOW, WHITE = "#7a1f5c", "#ffcc00", "#ffffff"


def choose_face(**values: object) -> None:
    """Choose a purple face, with these values of another one."""
    chosen = {"accent": PURPLE, "accent_words": WHITE, "stripe": YELLOW, "links": {}}
    assert change_face(FaceChoice(**{**chosen, **values}), by_id=None) is True  # type: ignore[arg-type]


def make_style_name() -> str:
    """Choose a purple face; return the name of its style sheet."""
    choose_face()
    return make_page_face(find_face()).style_name
