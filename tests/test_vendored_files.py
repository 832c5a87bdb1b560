"""Files of others stand in the house unchanged, with their licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from config import ROOT

VENDOR = ROOT / "app" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_every_vendored_file_is_the_one_the_manifest_names() -> None:
    for package in MANIFEST:
        for name, expected in package["files"].items():
            assert digest(VENDOR / name) == expected, f"{name} is not {package['name']} {package['version']}"


def test_no_file_lies_beside_the_manifest_unnamed() -> None:
    named = {name for package in MANIFEST for name in package["files"]}
    assert {file.name for file in VENDOR.iterdir()} == named | {"manifest.json"}


def test_every_vendored_package_brings_its_licence() -> None:
    for package in MANIFEST:
        assert package["licence"]
        assert any("LICENSE" in name for name in package["files"])
