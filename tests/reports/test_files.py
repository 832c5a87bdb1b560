"""What is taken away as a file is what the page shows, as text; a long period works, and what is too long says so."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from html import unescape
from random import Random
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app import spreadsheets
from app.reports.table import BY_KEY
from models.base import db, transaction
from models.patient import Patient
from models.staff import Role
from tests import builders
from tests.reports.test_random_clinics import a_random_clinic

PERIOD = "first=2026-10-01&last=2026-12-31"
TEN_YEARS = "first=2016-12-01&last=2026-12-01"
NASTY = "=HYPERLINK(1)"


@pytest.fixture
def manager(app: Flask, noon: datetime, client: FlaskClient) -> FlaskClient:
    """Somebody who reads every figure and every name, in a clinic where one patient is called like a formula."""
    a_random_clinic(Random(3))
    with transaction():
        for patient in db.session.query(Patient).filter(Patient.id % 3 == 0):
            patient.first_name = NASTY
    builders.sign_in(client, builders.a_staff_member("Oya Er", Role.MANAGER, Role.PHYSICIAN))
    return client


def table_of(page: TestResponse) -> list[dict[str, str]]:
    """The rows of the page's table by their headings."""
    tree = html5lib.parse(page.text, treebuilder="etree", namespaceHTMLElements=False)
    head = ["".join(cell.itertext()).strip() for cell in tree.iterfind(".//thead/tr/*")]
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in tree.iterfind(".//tbody/tr")]
    return [dict(zip(head, row, strict=True)) for row in rows]


def csv_of(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def xlsx_of(answer: TestResponse) -> list[list[list[Any]]]:
    return [[list(row) for row in page.iter_rows(values_only=True)] for page in load_workbook(io.BytesIO(answer.data)).worksheets]


def as_csv_writes(cell: Any) -> str:
    """A cell of a workbook as the other file has it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes") if cell.hour or cell.minute or cell.second else str(cell.date())
    text = str(cell)
    return f"'{text}" if text.startswith("=") else text


@pytest.mark.parametrize("key", BY_KEY)
def test_both_files_hold_the_lines_of_the_page(manager: FlaskClient, key: str) -> None:
    shown = table_of(manager.get(f"/reports/{key}/list?{PERIOD}"))
    head, *rows = csv_of(manager.get(f"/reports/{key}/file/csv?{PERIOD}"))
    _summary, (xlsx_head, *xlsx_rows) = xlsx_of(manager.get(f"/reports/{key}/file/xlsx?{PERIOD}"))
    assert xlsx_head == head
    assert [[as_csv_writes(cell)[:10] for cell in row] for row in xlsx_rows] == [[cell[:10] for cell in row] for row in rows]
    assert len(rows) >= len(shown) == min(len(rows), 50)
    for line, row in zip(shown, rows, strict=False):
        named = dict(zip(head, row, strict=True))
        for word in {*line} & {*named} - {"Day"}:
            assert named[word].removeprefix("'") == line[word].replace("–", ""), (key, word)


def test_a_name_like_a_formula_stays_a_name_in_every_file(manager: FlaskClient) -> None:
    rows = csv_of(manager.get(f"/reports/hours/file/csv?{PERIOD}"))
    assert any(cell.startswith(f"'{NASTY}") for row in rows for cell in row)
    assert not any(spreadsheets.FORMULA.search(cell) for row in rows for cell in row)
    book = load_workbook(io.BytesIO(manager.get(f"/reports/hours/file/xlsx?{PERIOD}").data))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_file_of_all_figures_says_what_the_page_says(manager: FlaskClient) -> None:
    page = {line["Report"]: line["Figure"] for line in table_of(manager.get(f"/reports?{PERIOD}"))}
    _head, *rows = csv_of(manager.get(f"/reports/file/csv?{PERIOD}"))
    figures = {row[0]: row[4] for row in rows if row[7]}
    assert len(figures) == len(BY_KEY)
    assert all(figure == next(value for name, value in page.items() if name.startswith(title)) for title, figure in figures.items())


@pytest.mark.parametrize("key", BY_KEY)
def test_ten_years_are_answered(manager: FlaskClient, key: str) -> None:
    for path in (f"/reports/{key}", f"/reports/{key}/list", f"/reports/{key}/file/csv"):
        assert manager.get(f"{path}?{TEN_YEARS}").status_code == 200


@pytest.mark.parametrize("typed", [
    "first=2016-11-01&last=2026-12-01", "first=2026-12-02&last=2026-12-01", "first=0000-00-00", "first=31.2.2026", "last=99999-01-01",
    "first=%00", "first=' OR 1=1", "place=99", "place=-1", "who=abc", "who=99999999999999999999",
])  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(manager: FlaskClient, typed: str) -> None:
    for path in ("/reports", "/reports/hours", "/reports/hours/list"):
        answer = manager.get(f"{path}?{typed}")
        assert answer.status_code in (400, 422), path
    assert manager.get(f"/reports/hours/file/csv?{typed}").status_code in (400, 404)


def test_what_is_too_long_for_a_file_says_so_on_its_page_and_instead_of_the_file(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST", 5)
    for path in ("/reports/hours", "/reports/hours/list"):
        page = unescape(manager.get(f"{path}?{TEN_YEARS}").text)
        assert "lines are more than a spreadsheet can hold" in page
        assert "/reports/hours/file/" not in page
    for path in ("/reports/hours/file/csv", "/reports/file/xlsx"):
        answer = manager.get(f"{path}?{TEN_YEARS}")
        assert answer.status_code == 422
        assert "Choose a shorter period." in answer.text


def test_mails_that_were_filed_are_no_mails_that_did_not_arrive(manager: FlaskClient) -> None:
    rows = csv_of(manager.get(f"/reports/mails/file/csv?{PERIOD}"))
    states = {row[4] for row in rows[1:]}
    assert states
    assert "Filed" not in states


def test_what_no_workbook_can_hold_is_left_out_of_it() -> None:
    [[head, row]] = [[*page.iter_rows(values_only=True)] for page in load_workbook(io.BytesIO(
        spreadsheets.as_xlsx([spreadsheets.Sheet("Ö", ("A",), [("a\x00b\ufffe\uffffc",)])])
    )).worksheets]  # fmt: skip
    assert (head, row) == (("A",), ("abc",))
