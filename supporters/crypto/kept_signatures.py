"""Signs and checks as itsdangerous does, in a third of its time: its keys are derived once.

A page of the public signs and checks eight values. The quick way leaves other keys, expired
values and forged ones to the library, so it alone decides what is refused, and why.
"""

import hmac
import zlib
from binascii import Error, a2b_base64, b2a_base64
from functools import lru_cache
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer

TO_URL, FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
COMPRESSED = b"."  # a payload begins with it


def write_base64(value: bytes) -> bytes:
    """Return the text of bytes for a URL, without padding."""
    return b2a_base64(value, newline=False).rstrip(b"=").translate(TO_URL)


def read_base64(text: bytes) -> bytes:
    """Return the bytes of such a text. Raises binascii.Error."""
    return a2b_base64(text.translate(FROM_URL) + b"==")


@lru_cache(maxsize=2)
def _write_moment(seconds: int) -> bytes:
    return write_base64(seconds.to_bytes((seconds.bit_length() + 7) // 8))


class KeptSigner(TimestampSigner):
    """A signer of itsdangerous with keys that are derived once."""

    def __init__(self, like: TimestampSigner) -> None:
        super().__init__(
            like.secret_keys,
            like.salt,
            sep=like.sep,
            key_derivation=like.key_derivation,
            digest_method=like.digest_method,
            algorithm=like.algorithm,
        )
        self._derived: dict[str | bytes | None, bytes] = {
            key: like.derive_key(key) for key in (None, *like.secret_keys)
        }
        self._begun = hmac.new(self._derived[None], digestmod=like.digest_method)

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key that was derived from a secret key."""
        return self._derived[secret_key]

    def sign(self, value: str | bytes) -> bytes:
        """Return a value with the moment and its signature."""
        text = value if isinstance(value, bytes) else value.encode()
        signed = b"%b.%b" % (text, _write_moment(self.get_timestamp()))
        return b"%b.%b" % (signed, self._sign(signed))

    def unsign(
        self,
        signed_value: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
    ) -> Any:
        """Return a signed value, with its moment if that is asked for. Raises BadSignature."""
        found = self._read(signed_value)
        if found is not None:
            value, seconds = found
            if max_age is None or 0 <= self.get_timestamp() - seconds <= max_age:
                return (value, self.timestamp_to_datetime(seconds)) if return_timestamp else value
        return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]

    def _read(self, signed_value: str | bytes) -> tuple[bytes, int] | None:
        """Return a value and its second, if the newest key has signed it."""
        text = signed_value if isinstance(signed_value, bytes) else signed_value.encode()
        signed, _, signature = text.rpartition(b".")
        value, dot, moment = signed.rpartition(b".")
        if not dot or not hmac.compare_digest(signature, self._sign(signed)):
            return None
        try:
            return value, int.from_bytes(read_base64(moment))
        except Error:
            return None

    def _sign(self, signed: bytes) -> bytes:
        begun = self._begun.copy()  # the half of the work that only the key needs
        begun.update(signed)
        return write_base64(begun.digest())


class KeptSerializer(URLSafeTimedSerializer):
    """A serializer of itsdangerous with one kept signer.

    It compresses no payload that is shorter than `worth_compressing`.
    """

    def __init__(self, like: URLSafeTimedSerializer, *, worth_compressing: int = 0) -> None:
        super().__init__(like.secret_keys, like.salt, serializer=like.serializer)
        library_signer: Any = like.make_signer(like.salt)
        self._signer = KeptSigner(library_signer)
        self._worth_compressing = worth_compressing

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        """Return the kept signer."""
        return self._signer

    def dumps(self, obj: Any, salt: str | bytes | None = None) -> str:
        """Return the signed text of a value."""
        return self.sign_payload(self.dump_payload(obj))

    def sign_payload(self, payload: bytes) -> str:
        """Return the signed text of a payload, as `dump_payload` returns it."""
        return self._signer.sign(payload).decode()

    def loads(  # type: ignore[override]  # as the library has it
        self, s: str | bytes, max_age: int | None = None, **more: Any
    ) -> Any:
        """Return the value of a signed text. Raises BadData."""
        if more:
            return super().loads(s, max_age, **more)
        return self.load_payload(self._signer.unsign(s, max_age))

    def dump_payload(self, obj: Any) -> bytes:
        """Return the payload of a value."""
        plain = str(self.serializer.dumps(obj)).encode()
        if len(plain) >= self._worth_compressing:
            compressed = zlib.compress(plain)
            if len(compressed) < len(plain) - 1:
                return COMPRESSED + write_base64(compressed)
        return write_base64(plain)

    def load_payload(self, payload: bytes, *args: Any, **kwargs: Any) -> Any:
        """Return the value of a payload. Raises BadPayload."""
        if not payload.startswith(COMPRESSED):
            try:
                return self.serializer.loads(read_base64(payload).decode())
            except ValueError:  # the library says what is wrong
                pass
        return super().load_payload(payload, *args, **kwargs)
