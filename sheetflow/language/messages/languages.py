"""Languages as people name them, and which way they run."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

_NAMES = {
    "ar": "arabic العربية",
    "bn": "bengali bangla বাংলা",
    "de": "german deutsch",
    "el": "greek ελληνικά",
    "en": "english",
    "es": "spanish español castellano",
    "fa": "persian farsi dari فارسی",
    "fr": "french français",
    "he": "hebrew עברית",
    "hi": "hindi हिन्दी",
    "ht": "haitian kreyòl",
    "it": "italian italiano",
    "ja": "japanese 日本語",
    "ko": "korean 한국어",
    "nl": "dutch nederlands",
    "pl": "polish polski",
    "pt": "portuguese português",
    "ru": "russian русский",
    "so": "somali soomaali",
    "sw": "swahili kiswahili",
    "tl": "tagalog filipino",
    "tr": "turkish türkçe",
    "uk": "ukrainian українська",
    "ur": "urdu اردو",
    "vi": "vietnamese",
    "zh": "chinese mandarin 中文",
}
"""English and own names of the languages that community lists most often have."""


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


_CODES = {_plain(name): code for code, names in _NAMES.items() for name in names.split()}


@lru_cache(maxsize=256)
def code_of(language: str) -> str:
    """The language tag, in small letters, for what somebody wrote into a cell.

    >>> code_of("es_MX"), code_of("Español"), code_of(" english (US) "), code_of("")
    ('es-mx', 'es', 'en', '')
    """
    text = language.strip().replace("_", "-").lower()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", text) and _plain(text) not in _CODES:
        return text
    words = re.split(r"[^\w]+", _plain(text))
    return next((_CODES[word] for word in words if word in _CODES), text)


def direction_of(language: str) -> str:
    """Which way a language runs: "ltr" or "rtl"."""
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
