"""DKIM (RFC 6376): a signature by which every receiving server sees that a mail is the clinic's and unchanged.

Written with the library that we have for encryption: composing bounds how many mails leave in an hour, and a signature of it takes
a tenth of the time that the usual package takes. The tests verify with that package.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from textwrap import wrap

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Reply-To", "Auto-Submitted", "List-Unsubscribe",
    "List-Unsubscribe-Post",
)  # fmt: skip
"""Each is named once more than it stands there: nobody can add a second one on the way (RFC 6376 §8.15)."""
SHORTEST = 1024
"""Bits of a key below which receivers take a signature for none (RFC 8301)."""
_WIDTH = 72


class CannotSign(Exception):
    """The key cannot be used; the text says why, without the key's path or content."""


@dataclass(frozen=True)
class Signer:
    """Signs for one domain with one key, whose public half stands in the domain's DNS under the selector."""

    domain: str
    selector: str
    key_file: Path

    def signed(self, data: bytes) -> bytes:
        """The same message, CRLF throughout, with its signature before it. Raises CannotSign; never gives it back unsigned."""
        head, _blank, body = data.partition(b"\r\n\r\n")
        fields = list(_fields(head + b"\r\n"))
        named = [name for name in SIGNED for _ in range(1 + sum(one == name.lower() for one, _field in fields))]
        unsigned = (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n"
            f"\th={_folded(' : '.join(named))};\r\n\tbh={b64encode(sha256(_relaxed_body(body)).digest()).decode()};\r\n\tb="
        )
        over = b"".join(_taken(fields, named)) + _relaxed(unsigned.encode())
        mark = b64encode(self._key.sign(over, PKCS1v15(), hashes.SHA256())).decode()
        return f"{unsigned}{_folded(mark)}\r\n".encode() + data

    @property
    def record(self) -> tuple[str, str]:
        """The name and the text of the TXT record that the domain's DNS needs. Raises CannotSign."""
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        public = b64encode(self._key.public_key().public_bytes(*form)).decode()
        return f"{self.selector}._domainkey.{self.domain}", f"v=DKIM1; k=rsa; p={public}"

    @cached_property
    def _key(self) -> RSAPrivateKey:
        """Read once it can be read; a key that was mended is found without a new start."""
        try:
            key = serialization.load_pem_private_key(self.key_file.read_bytes(), password=None)
        except OSError as trouble:
            raise CannotSign(trouble.strerror or "cannot be read") from trouble
        except (ValueError, TypeError) as trouble:
            raise CannotSign("no private key in PEM form without a password") from trouble
        if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST:
            raise CannotSign(f"not an RSA key of at least {SHORTEST} bits")
        return key


def _fields(head: bytes) -> Iterator[tuple[str, bytes]]:
    """Every field with its name in lower case, folded as it stands."""
    for field in re.findall(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*", head):
        yield field.partition(b":")[0].strip().decode("ascii", "replace").lower(), field


def _taken(fields: list[tuple[str, bytes]], named: list[str]) -> Iterator[bytes]:
    """The fields in the order in which they are named, of each name the last one first; what is not there counts as nothing."""
    left = list(fields)
    for name in named:
        place = max((place for place, (one, _field) in enumerate(left) if one == name.lower()), default=None)
        if place is not None:
            yield _relaxed(left.pop(place)[1]) + b"\r\n"


def _relaxed(field: bytes) -> bytes:
    """A field as both sides hash it (§3.4.2): whatever servers do to spaces, folds and capitals does not matter."""
    name, _colon, value = field.partition(b":")
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()


def _relaxed_body(body: bytes) -> bytes:
    """The body as both sides hash it (§3.4.4)."""
    said = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return said + b"\r\n" if said else b""


def _folded(text: str) -> str:
    """On lines that no server has to fold anew."""
    return "\r\n\t".join(wrap(text, _WIDTH))
