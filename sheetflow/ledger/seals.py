"""Short secrets in an address, that only this ledger can make and read.

A token is its content, encrypted, and a seal over it: both with keys that come from the ledger's
salt. It is the same each time it is made of the same content, so that nothing need be kept, and it
works as long as the ledger lives. Another ledger cannot make it, and does not accept it.

This is the SIV construction (RFC 5297, section 2) with HMAC-SHA-256 in place of CMAC and CTR: the
seal is a MAC of the content, and the key stream a MAC of the seal.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

SEAL = 16
"""Bytes of a seal: one in 2**128 made-up tokens would be taken for ours."""
LONGEST = 32
"""Bytes of content: as many as one MAC hides."""


def sealed(salt: str, purpose: str, content: bytes) -> str:
    """The token for some content. Raises ValueError without a salt, or for a long content."""
    if not salt or len(content) > LONGEST:
        raise ValueError("a token needs a salt, and at most 32 bytes")
    seal = _mac(_key(salt, f"seal of {purpose}"), content)[:SEAL]
    hidden = _crossed(content, _mac(_key(salt, f"key of {purpose}"), seal))
    return urlsafe_b64encode(seal + hidden).decode("ascii").rstrip("=")


def unsealed(salt: str, purpose: str, token: str) -> bytes | None:
    """The content of a token of ours; None for any other text."""
    if not salt or not token.isascii() or not SEAL < len(token) <= 2 * (SEAL + LONGEST):
        return None
    try:
        found = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if not SEAL < len(found) <= SEAL + LONGEST:
        return None
    seal, hidden = found[:SEAL], found[SEAL:]
    content = _crossed(hidden, _mac(_key(salt, f"key of {purpose}"), seal))
    # made again, so that no other spelling of the same bytes is accepted either
    return content if hmac.compare_digest(sealed(salt, purpose, content), token) else None


def _key(salt: str, purpose: str) -> bytes:
    return _mac(salt.encode("ascii"), f"sheetflow token 1: {purpose}".encode())


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.sha256)


def _crossed(content: bytes, stream: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(content, stream, strict=False))
