"""Encodes a part with slots as quoted-printable: a slot's value stands on lines of its own.

Soft line breaks, which readers drop, keep a value and the text around it apart. So each is encoded
alone.
"""

from collections.abc import Iterator

from supporters.campaigns.slots import Place, SlottedText
from supporters.mail.message.quoted_printable import HARD_BREAK, SOFT_BREAK, encode_text


def encode_slotted(text: SlottedText) -> Iterator[bytes | Place]:
    """Yield a whole part, which ends in a line break, with its places left open."""
    last = len(text.pieces) - 1
    for number, piece in enumerate(text.pieces):
        if isinstance(piece, Place):
            yield piece
            continue
        encoded = encode_text(piece)
        if encoded.endswith(HARD_BREAK):
            ending = b""
        elif number == last:
            ending = HARD_BREAK
        else:
            ending = SOFT_BREAK if encoded else b""
        yield (SOFT_BREAK if number else b"") + encoded + ending
