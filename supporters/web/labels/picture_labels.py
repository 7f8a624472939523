"""The words of pictures, and of the party's look."""

from flask_babel import lazy_gettext as _

from supporters.campaigns.pictures.stored_pictures import DeletePictureError, PictureFault
from supporters.campaigns.theme_changes import ThemeError
from supporters.web.labels.word_tables import Names

PICTURE_FAULTS: Names[PictureFault] = {
    PictureFault.EMPTY: _("The file is empty. Choose another one."),
    PictureFault.TOO_HEAVY: _(
        "The file has more than 12 MB. Make the picture smaller: 1,200 pixels of width are enough."
    ),
    PictureFault.TOO_MANY_PIXELS: _(
        "The picture has too many pixels: a JPEG may have 50 million, another file or a "
        "progressive JPEG 16 million. Make it smaller: 1,200 pixels of width are enough."
    ),
    PictureFault.NOT_A_PICTURE: _(
        "We don’t recognise a picture in this file. Choose a JPEG, PNG, WebP or GIF file."
    ),
    PictureFault.DRAWING: _(
        "This is an SVG drawing: mail programs don’t show it. Save it as a PNG, and upload that."
    ),
    PictureFault.HEIF: _(
        "This is a HEIC photo: mail programs don’t show it. Save it as a JPEG, and upload that."
    ),
    PictureFault.MOVES: _(
        "This picture moves: many mail programs show only its beginning, and movement disturbs "
        "readers. Save one image of it, and upload that."
    ),
    PictureFault.BROKEN: _(
        "The picture is damaged or incomplete. Open it on your computer, save it again, and upload "
        "that."
    ),
}
REFUSED_DELETIONS: Names[DeletePictureError] = {
    DeletePictureError.USED: _(
        "A campaign, a template, a form or the look of emails uses this picture, so it can’t be "
        "deleted. Readers of sent emails still load it."
    ),
}
THEME_ERRORS: Names[ThemeError] = {
    ThemeError.UNREADABLE: _("The words can’t be read on the main colour. Choose others."),
    ThemeError.PICTURE_UNKNOWN: _("This picture is gone from the library. Choose another one."),
    ThemeError.LINK_REFUSED: _("An address of a network isn’t complete. Correct it."),
}
