"""The bytes of every message: header fields, quoted-printable, the parts, envelope senders."""
