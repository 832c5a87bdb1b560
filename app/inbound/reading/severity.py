"""What a failed delivery means, from its codes and, where there are none, from the words that servers are known to use."""

from __future__ import annotations

import re

from app.inbound.reading.values import Fate

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45][0-5]\d)(?=[ \-]|$)")
ABOUT_THE_MAILBOX = frozenset({"550", "551", "553"})
OUR_OWN = frozenset({"5.1.7", "5.1.8"})
"""Codes that speak of the sender's address, which is ours."""



def _any_of(*wordings: str) -> re.Pattern[str]:
    return re.compile("|".join(wordings), re.IGNORECASE)


_NOBODY = _any_of(
    r"user (is )?unknown", r"unknown (user|recipient|address|local.?part)", r"no such (user|recipient|mailbox|address|person|account)",
    r"no mailbox here", r"(user|account|mailbox|recipient|address)[^.\n]{0,60}(does ?n.t|does not|didn.t|did not) exist",
    r"(could ?n.t|could not|wasn.t|was not|not) (be )?found", r"invalid (recipient|mailbox|address)",
    r"not (a )?(valid|known) (user|recipient|mailbox)", r"(account|mailbox|user)[^.\n]{0,30}(disabled|inactive|closed)",
    r"no longer (valid|available|in use|accepts mail)", r"not listed in", r"kullanıcı (bulunamadı|yok)",
    r"adres(i)? (bulunamadı|mevcut değil)", r"böyle bir (kullanıcı|adres) yok", r"unbekannt(er|e)? (empfänger|adresse)",
)  # fmt: skip
_HOST = _any_of(r"\b(host|domain|server|route|mx)\b[^.\n]{0,60}not (be )?found")
_RULES = _any_of(
    r"spam|junk|block(ed|list)|blacklist|reputation|polic(y|ies)", r"\b(spf|dkim|dmarc)\b", r"not authori[sz]ed", r"access denied",
    r"permission|virus", r"relay(ing)? denied",
)  # fmt: skip
_LATER = _any_of(
    r"over ?quota", r"quota exceeded", r"mailbox (is )?full", r"full mailbox", r"exceed(s|ed)[^.\n]{0,40}(quota|storage|limit|size)",
    r"insufficient (disk|storage|system)", r"kota(sı)? (dolu|aşıldı)", r"kutusu dolu", r"timed? ?out", r"too (large|big|many)",
    r"retry time", r"connection (refused|lost)", r"try again",
)  # fmt: skip
_STILL_TRYING = _any_of(
    r"delivery[^\n]{0,40}delayed", r"delayed[^\n]{0,40}delivery", r"has been delayed", r"still (being )?(tr(y|ied)|retr)",
    r"will (be retried|retry|keep trying|continue (to try|trying))", r"not required to resend", r"do not need to resend",
    r"temporarily (deferred|undeliverable)", r"could not be delivered (yet|for [^\n]{0,20}hours)", r"gecik(ti|tirildi)",
)  # fmt: skip


def status_in(text: str) -> str:
    """The enhanced code in some words: the last one that is not a mere x.0.0; empty without one."""
    found = [".".join(parts) for parts in _STATUS.findall(text) if parts[0] != "2"]
    telling = [status for status in found if not status.endswith(".0.0")]
    return (telling or found or [""])[-1]


def still_trying(text: str) -> bool:
    """The words say that nothing is lost yet."""
    return _STILL_TRYING.search(text) is not None


def fate_of(status: str, said: str) -> Fate:
    """What the end of a delivery means (docs/rules.md). `status`: its enhanced code, or empty; `said`: the server's words."""
    told = status_in(said)
    status = told if told and (not status or status.endswith(".0.0")) else status
    if status and not status.endswith(".0.0"):
        return _by_status(status)
    code = _CODE.search(said)
    if code is not None and code[1] in ABOUT_THE_MAILBOX:
        return Fate.REFUSED if _RULES.search(said) and not _NOBODY.search(said) else _unless_later(said)
    return _by_words(said) if code is None or code[1].startswith("4") or status else Fate.NOT_DELIVERED


def _by_status(status: str) -> Fate:
    if status.startswith("5.7.") or status in OUR_OWN:
        return Fate.REFUSED
    if status.startswith("5.1.") or status == "5.2.1":
        return Fate.NO_SUCH_ADDRESS
    return Fate.NOT_DELIVERED


def _unless_later(said: str) -> Fate:
    return Fate.NOT_DELIVERED if _LATER.search(said) and not _NOBODY.search(said) else Fate.NO_SUCH_ADDRESS


def _by_words(said: str) -> Fate:
    """Where there are no codes, an address is blamed only if nothing else is named as well."""
    if _RULES.search(said):
        return Fate.REFUSED
    if _LATER.search(said) or _HOST.search(said):
        return Fate.NOT_DELIVERED
    return Fate.NO_SUCH_ADDRESS if _NOBODY.search(said) else Fate.UNCLEAR
