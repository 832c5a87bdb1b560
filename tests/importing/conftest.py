"""A clinic that brings in its old spreadsheets, by the command that its people use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.clinic import Clinic
from tests import builders as b

Import = Callable[..., str]


@pytest.fixture
def clinic(app, noon) -> Clinic:
    made = b.a_clinic(language="tr")
    b.a_physician()
    b.a_protocol()
    return made


@pytest.fixture
def bring_in(app, tmp_path) -> Import:
    """Run the import of a kind over a file of these words; what it printed. A trace of the stack fails the test."""

    def run(kind: str, content: str | bytes, *options: str) -> str:
        file: Path = tmp_path / "old.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = app.test_cli_runner().invoke(args=["import", kind, str(file), *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.output

    return run
