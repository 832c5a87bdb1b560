"""A photo is told by its content and made anew; whatever else is sent is refused in words."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from app.errors import Refused
from app.files.pictures import picture
from app.files.scans import scan
from models.file import FileKind
from tests.files.pictures import a_photo


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.fixture(autouse=True)
def words(app: Flask):
    with app.test_request_context():
        yield


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_that_says_nothing_about_its_camera(kind: str) -> None:
    ready = picture(a_photo(kind=kind))
    assert (opened(ready.data).format, dict(opened(ready.data).getexif()), b"SecretCamera" in ready.data) == ("JPEG", {}, False)


def test_a_photo_taken_sideways_stands_upright() -> None:
    assert opened(picture(a_photo((640, 480), turned=True)).data).size == (480, 640)


def test_a_large_photo_is_made_smaller_and_has_a_little_one() -> None:
    ready = picture(a_photo((4800, 3000)))
    assert (opened(ready.data).size, opened(ready.small).size) == ((2400, 1500), (360, 225))


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(picture(out.getvalue()).data).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='x'/>", b"%PDF-1.7 %%EOF", b"GIF89a" + b"\0" * 50, a_photo()[:300], b"<html>" + a_photo()], ids=len
)
def test_what_is_no_photo_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Refused, match="not a photo that can be read"):
        picture(data)


def test_a_picture_of_more_pixels_than_a_camera_has_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 11_000)).save(out, "PNG")
    with pytest.raises(Refused, match="64 million"):
        picture(out.getvalue())


def test_a_photo_with_another_file_hidden_behind_it_loses_that() -> None:
    assert b"<script>" not in picture(a_photo() + b"<script>alert(1)</script>").data


def test_a_scanned_form_is_a_photo_of_it_or_a_whole_pdf() -> None:
    assert scan(a_photo()).kind is FileKind.PICTURE
    assert scan(b"%PDF-1.7\n...\n%%EOF\n").kind is FileKind.SCAN
    with pytest.raises(Refused, match="not complete"):
        scan(b"%PDF-1.7\n...")
