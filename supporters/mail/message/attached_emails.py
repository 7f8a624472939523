"""Attaches an email that somebody sent us to one of ours, as a file that mail programs open.

Its bytes may be anything, so they are in base64: RFC 2046 section 5.2.1 allows that for a file, and
not for `message/rfc822`.
"""

from base64 import encodebytes

CONTENT_TYPE = b"Content-Type: multipart/alternative;"
NAME = b"message.eml"
BOUNDARY = b"=_attached.0"  # base64 and quoted-printable have no "=_"


def attach_email(message: bytes, original: bytes) -> bytes:
    """Return a message of ours with an email attached: text and HTML first."""
    head, _, rest = message.partition(CONTENT_TYPE)
    return b"".join(
        (
            head,
            b'Content-Type: multipart/mixed; boundary="' + BOUNDARY + b'"\r\n\r\n',
            b"--" + BOUNDARY + b"\r\n" + CONTENT_TYPE + rest,
            b"--" + BOUNDARY + b'\r\nContent-Type: application/octet-stream; name="' + NAME,
            b'"\r\nContent-Disposition: attachment; filename="' + NAME,
            b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
            encodebytes(original).replace(b"\n", b"\r\n"),
            b"--" + BOUNDARY + b"--\r\n",
        )
    )
