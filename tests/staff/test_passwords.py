"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest

from app import passwords
from app.staff.password_rules import what_is_wrong


@pytest.mark.parametrize(
    "password",
    ["mavi kedi pencerede uyur", "dokuz ördek gölde yüzer", "ĞÜŞİÖÇ ığdır kavşağı 4", "Tr0ub4dor&Sandalye!", "x7Kq-92mV-pp0z-La3d",
     "okul yolunda üç karga " * 10, "58 20 39 48 57 20 39 48 16"],
)  # fmt: skip
def test_long_passwords_of_ones_own_are_taken(password: str) -> None:
    assert what_is_wrong(password, ["Ege Klinik", "Deniz Ak"]) is None


@pytest.mark.parametrize(
    "password",
    ["kısa", "fourteen chars", "passwordpassword", "123456789012345", "aaaaaaaaaaaaaaaa", "qwertyuiop12345", "Password1234567!",
     "abababababababab", "galatasaray1905galatasaray", "İstanbul34İstanbul34", "parola parola parola", "abcdefghijklmnopqrst",
     "987654321098765", "iloveyou2026iloveyou", "egeklinikegeklinik2026", "denizak denizak denizak", "doktor hasta klinik 2026"],
)  # fmt: skip
def test_short_common_and_house_words_are_refused(password: str) -> None:
    assert what_is_wrong(password, ["Ege Klinik", "Deniz Ak", "deniz.ak@ege.example"]) is not None


def test_nothing_is_cut_off() -> None:
    long = "okul yolunda üç karga " * 8
    kept = passwords.hash_password(long + "a")
    assert passwords.is_password(kept, long + "a")
    assert not passwords.is_password(kept, long + "b")


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert passwords.is_password(passwords.hash_password("g\u00fcne\u015f ve deniz"), "gu\u0308nes\u0327 ve deniz")


def test_passwords_are_kept_as_argon2id_with_the_costs_we_promise() -> None:
    kept = passwords.hash_password("x")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(kept)
    assert passwords.is_outdated("$argon2id$v=19$m=8192,t=1,p=1$" + kept.rpartition("p=1$")[2])


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_an_account_without_a_password_lets_nobody_in(kept: str | None) -> None:
    assert not passwords.is_password(kept, "")
    assert not passwords.is_password(kept, "the password of nobody, compared with for the time it takes")
