"""What people answer where nobody is sure whether something arrived: send it again, or it came."""

from __future__ import annotations

import re
from typing import Literal

from sheetflow.tables.text import normal, shown

Arrival = Literal["again", "came", "not again", "unclear"]

_CAME = """
    came · it came · it has come · it did come · arrived · it arrived · it has arrived · received
    it was received · they got it · got it · it went out · went out
    angekommen · ist angekommen · es ist angekommen · sie ist angekommen · kam an · es kam an
    erhalten · ist da · es ist da
    arrivé · est arrivé · c'est arrivé · il est arrivé · reçu · bien reçu · c'est reçu
    llegó · ha llegado · sí llegó · llegado · recibido
    chegou · já chegou · recebido
    arrivato · è arrivato · arrivata · è arrivata · ricevuto · ricevuta
    doszło · dotarło · przyszło · otrzymano
    прийшло · надійшло · дійшло · отримано · пришло · дошло · получено
"""
"""In the languages in which a yes and a no are known. A "did not" before or in it is none of them.
"""

_WORDS = frozenset(normal(word) for word in re.split(r"[·\n]", _CAME) if word.strip())
_NO_FIRST = re.compile(r"(?:no|nein|non|não|nao|nie|ні|нет)\s*[,.;:–—-]\s*", re.IGNORECASE)


def read_arrival(raw: object, yes_or_no: bool | None) -> Arrival:
    """What an answer means; `yes_or_no` is what it is as a yes or a no, None where it is neither.

    >>> read_arrival("No, it came.", None)
    'came'
    >>> read_arrival("maybe", None)
    'unclear'
    """
    if yes_or_no is not None:
        return "again" if yes_or_no else "not again"
    text = shown(raw).strip().rstrip(".!").replace("’", "'").rstrip()
    if not text:
        return "not again"
    said = {normal(text), normal(_NO_FIRST.sub("", text, count=1))}
    return "unclear" if _WORDS.isdisjoint(said) else "came"
