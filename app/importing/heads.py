"""Heads of columns that both kinds of table share, folded, in English and Turkish: what a clinic calls a thing → our name."""

from __future__ import annotations


def called(ours: str, *heads: str) -> dict[str, str]:
    """All of these heads stand over the column that we call `ours`."""
    return dict.fromkeys(heads, ours)


KEY = called("key", "id", "no", "hasta no", "patient no", "dosya no", "protokol no", "kayit no")
WHOLE_NAME = ("name", "full name", "patient", "patient name", "ad soyad", "adi soyadi", "hasta", "hasta adi", "hasta adi soyadi", "isim")
PHONE = called(
    "phone", "phone", "phone number", "mobile", "telephone", "telefon", "telefon no", "cep", "cep telefonu", "cep no", "gsm", "tel"
)
