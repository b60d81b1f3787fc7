# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes secrets unreadable for whoever has the database and not the key.

No Odoo in here. A stored form says which key it was made with::

    exivo-sealed:4f0c2a9e:gAAAAABn…

so that values under an older key, and readable ones from before there was any key, are
told apart without being opened.
"""

import base64
import binascii
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

_SEALED = "exivo-sealed:"


class VaultError(Exception):
    """A secret can be neither stored nor read."""


class BadKey(VaultError):
    """The configured text is not a key."""


class Unreadable(VaultError):
    """The key that the secret was sealed with is not there."""


class Vault:
    """Seals and opens texts.

    :param keys: as :func:`new_key` makes them. The first one seals, all of them open.
        Without any, texts stay readable.
    :raise BadKey: one of them is not a key.
    """

    def __init__(self, keys=()):
        raw_keys = [_decode(key) for key in keys]
        self._ciphers = {
            _derive(raw, b"name").hex()[:8]: Fernet(base64.urlsafe_b64encode(raw))
            for raw in raw_keys
        }
        # The digests from before there was a key are found with an empty one.
        self._digest_keys = [*(_derive(raw, b"digest") for raw in raw_keys), b""]

    @property
    def mark(self):
        """Return what forms sealed with the first key begin with; empty without a key.

        :rtype: str
        """
        return "".join(f"{_SEALED}{name}:" for name in [*self._ciphers][:1])

    def seal(self, text):
        """Return the stored form of a text, which differs each time.

        :param text: a text, or nothing.
        :rtype: str
        """
        if not text or not self.mark:
            return text
        cipher = next(iter(self._ciphers.values()))
        return self.mark + cipher.encrypt(text.encode()).decode()

    def open(self, stored):
        """Give the text back that a stored form was made of.

        :param stored: what :meth:`seal` has returned, under any of the keys or none.
        :rtype: str
        :raise Unreadable: none of the keys opens it.
        """
        if not stored or not stored.startswith(_SEALED):
            return stored
        name, _colon, token = stored.removeprefix(_SEALED).partition(":")
        if name not in self._ciphers:
            raise Unreadable("the key is missing")
        try:
            return self._ciphers[name].decrypt(token.encode()).decode()
        except InvalidToken:
            raise Unreadable("the stored form is damaged") from None

    def digest(self, text):
        """Return what recognises a text, which cannot be read from it.

        PINs are so few that only a key keeps them from being tried out one by one.

        :rtype: str
        """
        return _hmac(self._digest_keys[0], text)

    def digests(self, text):
        """Return all digests that a text may have been stored with.

        :rtype: list[str]
        """
        return [_hmac(key, text) for key in self._digest_keys]


@functools.lru_cache(maxsize=8)
def from_text(text):
    """Return the vault for a setting.

    :param str text: keys with commas between them, or nothing.
    :rtype: Vault
    :raise BadKey: one of them is not a key.
    """
    return Vault([key.strip() for key in text.split(",") if key.strip()])


def new_key():
    """Make a key.

    :rtype: str
    """
    return Fernet.generate_key().decode()


def _decode(key):
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != 32:
        raise BadKey("A key has 32 bytes, written in base64") from None
    return raw


def _derive(key, purpose):
    return hmac.digest(key, b"exivo_access." + purpose, hashlib.sha256)


def _hmac(key, text):
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
