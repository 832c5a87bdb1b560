"""Patients from an old spreadsheet, through the command."""

from __future__ import annotations

from datetime import date

import pytest

from models.base import db
from models.clinic import Clinic
from models.patient import Channel, Consent, Patient, Sex
from tests import builders as b

TURKISH = "Hasta No;Ad Soyad;Doğum Tarihi;Cinsiyet;Cep Telefonu;E-Posta;Dil;Notlar\n"


def people() -> list[Patient]:
    return list(db.session.query(Patient).order_by(Patient.id))


def test_a_turkish_table_in_windows_letters(clinic, bring_in):
    said = bring_in(
        "patients", (TURKISH + "17;ŞULE ÖZTÜRK;30.05.1990;K;0532 111 44 12;SULE@Post.Example;;ğüşi\n").encode("cp1254"), "--apply"
    )
    assert "Written: 1 patients" in said
    (made,) = people()
    assert (made.name, made.birth_date, made.sex, made.phone) == ("ŞULE ÖZTÜRK", date(1990, 5, 30), Sex.FEMALE, "+905321114412")
    assert (made.email, made.language, made.note, made.imported_as) == ("SULE@post.example", "tr", "ğüşi", "no:17")


def test_an_english_table_with_first_and_last_names(clinic, bring_in):
    bring_in("patients", "First name,Last name,Date of birth,Sex,Mobile,Language\nEmma,Weber,1983-05-12,F,+49 151 23456789,en\n", "--apply")
    (made,) = people()
    assert (made.first_name, made.last_name, made.language, made.phone) == ("Emma", "Weber", "en", "+4915123456789")


def test_an_imported_patient_is_found_without_turkish_letters(clinic, bring_in, client):
    bring_in("patients", "Ad Soyad;Telefon\nŞule Öztürk;0532 111 44 12\n", "--apply")
    b.sign_in(client, b.a_receptionist())
    page = client.post("/patients/search", data={"q": "sule ozturk"}, follow_redirects=True)
    assert "Şule Öztürk" in page.text


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("0532 111 44 12", "+905321114412"), ("532 1114412", "+905321114412"), ("905321114412", "+905321114412"),
     ("+90 (532) 111-44-12", "+905321114412"), ("0212 293 00 00", "+902122930000"), ("+49 151 23456789", "+4915123456789"),
     ("0049 (0) 151 23456789", "+4915123456789"), ("+44 7911 123456", "+447911123456"), ("+7 912 345 67 89", "+79123456789"),
     ("+1 (212) 555-0199", "+12125550199"), ("+31 6 12345678", "+31612345678")],
)  # fmt: skip
def test_telephones_in_the_writing_of_their_countries(clinic, bring_in, typed, stored):
    bring_in("patients", f"Ad Soyad;Telefon\nCan Er;{typed}\n", "--apply")
    assert [(p.phone, p.phone_typed) for p in people()] == [(stored, typed)]


def test_a_name_without_capitals_gets_them_by_its_languages_rule(clinic, bring_in):
    bring_in("patients", "Ad Soyad;Dil\nipek ışık;tr\nirene dill;en\n", "--apply")
    assert [p.name for p in people()] == ["İpek Işık", "Irene Dill"]


def test_nothing_is_written_without_apply(clinic, bring_in):
    said = bring_in("patients", "Ad Soyad\nCan Er\nAda Su\n")
    assert "2 rows: 2 new" in said
    assert "Nothing is written yet" in said
    assert people() == []
    assert db.session.get_one(Clinic, 1).mailing_started


def test_a_second_run_writes_nothing_twice(clinic, bring_in):
    table = TURKISH + "17;Can Er;;;0532 111 44 12;;;\n;Ada Su;;;;ada@post.example;;\n;Ece Su;1.2.1990;;;;;\n;Efe Su;;;;;;\n"
    bring_in("patients", table, "--apply")
    said = bring_in("patients", table, "--apply")
    assert "4 rows: 0 new, 4 already here, 0 with a problem" in said
    assert len(people()) == 4


def test_whoever_was_entered_by_hand_is_not_added_again(clinic, bring_in):
    b.a_patient("Şule", "Öztürk", phone="+905321114412")
    said = bring_in("patients", "Hasta No;Ad Soyad;Telefon\n17;OZTURK SULE;0532 111 44 12\n", "--apply")
    assert "0 new, 1 already here" in said
    assert len(people()) == 1


def test_a_bare_name_that_is_here_already_asks_for_what_tells_two_apart(clinic, bring_in):
    b.a_patient("Şule", "Öztürk")
    said = bring_in("patients", "Ad Soyad;Telefon\nŞule Öztürk;\nŞule Öztürk;0533 222 33 44\n", "--apply")
    assert "line 2, Şule Öztürk: a patient of this name is here already" in said
    assert [p.phone for p in people()] == ["+905321114412", "+905332223344"]


def test_the_same_patient_twice_in_one_file_is_named(clinic, bring_in):
    said = bring_in("patients", "No;Ad Soyad;Telefon\n1;Can Er;0532 111 44 12\n2;CAN ER;05321114412\n1;Cem Er;0533 222 33 44\n", "--apply")
    assert "line 3, CAN ER: the same patient stands in line 2" in said
    assert "line 4, Cem Er: the same patient stands in line 2" in said
    assert len(people()) == 1


def test_every_problem_of_every_row_is_named_and_the_good_rows_are_written(clinic, bring_in):
    rows = [";Can Er;31.02.1990;x;12;yok;Klingon;", ";;;;;;;", ";" + "A" * 10_000 + ";;;;;;", ";Kâmil Su;1.1.2030;E;;;;",
            "; ;1.1.1990;;;;;", ";Ada Su;;;;;;" + "n" * 10_000, ";Efe Su;;;;;;not;extra", ";Ege\x07 Su;;;;;;",
            ";Good Row;;;;;;"]  # fmt: skip
    said = bring_in("patients", TURKISH + "\n".join(rows) + "\n", "--apply")
    for words in ("line 2, Can Er: birth date: '31.02.1990' is not a day", "'x' is not read as a sex", "number '12' cannot be read",
                  "address 'yok' cannot work", "language 'Klingon' is not one of: en, tr", "the name is longer than 80",
                  "birth date: 01.01.2030 cannot be", "(no name): there is no name", "the note is longer than 2000",
                  "line 8, Efe Su: the row has more cells", "signs that cannot be written"):  # fmt: skip
        assert words in said
    assert [p.name for p in people()] == ["Good Row"]
    assert max(len(line) for line in said.splitlines()) < 250


def test_consents_are_never_imported_as_given(clinic, bring_in):
    said = bring_in("patients", "Ad Soyad;E-posta;SMS izni;Hatırlatma onayı\nCan Er;can@post.example;evet;evet\n", "--apply")
    assert "Not read: sms izni, hatirlatma onayi" in said
    assert db.session.query(Consent).count() == 0
    assert people()[0].stopped_classes == []


def test_patients_without_an_address_are_called(clinic, bring_in):
    bring_in("patients", "Ad Soyad;Telefon;E-posta\nCan Er;0532 111 44 12;\nAda Su;;ada@post.example\n", "--apply")
    assert [p.channel for p in people()] == [Channel.PHONE, Channel.EMAIL]


def test_line_breaks_in_a_name_do_not_become_lines_of_a_mails_head(clinic, bring_in):
    bring_in("patients", 'Ad Soyad;E-posta\n"Can\r\nBcc: all@post.example";can@post.example\n', "--apply")
    assert [p.name for p in people()] == ["Can Bcc: All@post.example"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe\x00", b"Telefon\n1\n", b'Ad\n"' + b"x" * 200_000, b"\x81\x8d\x8f"])
def test_a_file_that_is_no_table_is_refused_in_words(clinic, bring_in, content):
    assert bring_in("patients", content, "--apply").startswith("Error: ")
    assert people() == []


def test_before_the_first_account_there_is_nowhere_to_import_to(app, noon, bring_in):
    assert "There is no clinic yet" in bring_in("patients", "Ad Soyad\nCan Er\n", "--apply")
