"""Spreadsheets saved as text, whatever program and country they come from."""

from __future__ import annotations

import pytest

from app.importing import table
from app.importing.table import UnreadableFile

NAMES = {"ad soyad": "name", "name": "name", "telefon": "phone", "seans 1": "done", "seans 2": "done", "not": "note"}


@pytest.fixture
def read(tmp_path):
    def reading(content, needed=(("name",),)):
        file = tmp_path / "old.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return table.read(file, NAMES, needed)

    return reading


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_is_found(read, separator):
    found = read(f"Ad Soyad{separator}Telefon\nŞule Öztürk{separator}0532\n")
    assert [(row["name"], row["phone"]) for row in found.rows] == [("Şule Öztürk", "0532")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1254", "utf-16"])
def test_turkish_letters_survive_every_usual_encoding(read, encoding):
    assert read("Ad Soyad;Telefon\nŞule Işık Ağaoğlu;1\n".encode(encoding)).rows[0]["name"] == "Şule Işık Ağaoğlu"


def test_a_separator_inside_quotes_is_part_of_the_cell(read):
    assert read('Ad Soyad,Not\nŞule Öztürk,"Krem, gece"\n').rows[0]["note"] == "Krem, gece"


def test_a_spreadsheets_own_hint_of_the_separator_is_followed(read):
    assert read("sep=;\nAd Soyad;Telefon\nA B;1\n").rows[0]["phone"] == "1"


def test_a_cell_may_hold_line_breaks_and_lines_keep_their_numbers(read):
    found = read('Ad Soyad;Not\n"Şule\nÖztürk";"a\nb"\n\nCan Er;c\n')
    assert [(row.number, row["name"], row.lines("note")) for row in found.rows] == [(2, "Şule Öztürk", "a\nb"), (6, "Can Er", "c")]


def test_several_columns_of_one_kind_become_lines_of_one_cell(read):
    assert read("Name;Seans 1;Seans 2\nA;3.11.2026;4.12.2026\n").rows[0].lines("done") == "3.11.2026\n4.12.2026"


def test_heads_are_known_in_any_case_and_unknown_ones_are_named(read):
    found = read("AD SOYAD;SMS izni\nA B;evet\n")
    assert found.rows[0]["name"] == "A B"
    assert found.unknown == ("sms izni",)


def test_a_row_with_more_cells_than_heads_is_marked(read):
    assert [row.too_long for row in read("Name;Not\nA;b;c\nA;b\nA;b;\nA\n").rows] == [True, False, False, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\x89PNG\r\n\x00\x00", "not a text file"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"Name\n\x81\x8d\n", "letters of this file"),
        (b"\xff\xfeN", "letters of this file"),
        (b'Name\n"a\n' + b"x" * 200_000, "cannot be told apart"),
        ("Müşteri;Telefon\nA;1\n", "no column for: name"),
    ],
)
def test_what_is_no_table_is_refused_in_words(read, content, said):
    with pytest.raises(UnreadableFile, match=said):
        read(content)


def test_a_missing_column_is_told_with_the_heads_that_would_do(read):
    with pytest.raises(UnreadableFile, match="ad soyad"):
        read("Telefon\n1\n")


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be opened"):
            table.read(path, NAMES, [])


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "huge.csv"
    with file.open("wb") as opened:
        opened.truncate(table.LARGEST + 1)
    with pytest.raises(UnreadableFile, match="larger than 20 MB"):
        table.read(file, NAMES, [])
