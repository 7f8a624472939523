"""The bytes of every mail: header fields, quoted-printable, the parts, and envelope senders."""
