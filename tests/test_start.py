"""Starting from the command line: what cannot work is said in words, and what is kept is nobody else's to read."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT, ConfigError, from_environment


def seans(instance: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What a start or a command says; it ends by itself because something keeps it from working."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=kept | {"SEANS_INSTANCE": str(instance), "DEMO": "0"} | env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("env", "words"),
    [({"SEANS_ENV": "prod"}, "SEANS_ENV must be production or development"),
     ({"PORT": "99999"}, "PORT must be a number from 1 to 65535"), ({"PORT": "0"}, "PORT must be a number"),
     ({"PUBLIC_URL": "https://clinic.example/seans"}, "nothing after the name"), ({"PUBLIC_URL": "https://c:x"}, "PUBLIC_URL"),
     ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must look like"), ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must look like")],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused_in_words(env: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=words):
        from_environment({"SEANS_INSTANCE": str(tmp_path)} | env)


def test_a_word_for_production_in_capitals_is_production_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY is missing"):
        from_environment({"SEANS_INSTANCE": str(tmp_path), "SEANS_ENV": "Production"})


def test_postgresqls_own_spellings_get_the_driver_that_is_shipped(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        url = f"{scheme}://seans@db.example/seans"
        assert (
            from_environment({"SEANS_INSTANCE": str(tmp_path), "DATABASE_URL": url}).database_url
            == "postgresql+psycopg://seans@db.example/seans"
        )


def test_a_port_that_is_taken_is_said_before_anything_is_promised(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        start = seans(tmp_path, "run.py", PORT=str(port))
    assert start.returncode == 1
    assert start.stdout == ""
    assert start.stderr.startswith("Seans cannot start. Another program, perhaps Seans itself, uses port")
    assert "Traceback" not in start.stderr


def test_a_database_that_does_not_answer_is_said_in_words_by_start_and_command(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
    nobody = f"postgresql://127.0.0.1:{port}/seans"
    flask = ("-m", "flask", "--app", "run")
    for arguments in (("run.py", "worker"), (*flask, "jobs", "list"), (*flask, "doctor")):
        ended = seans(tmp_path, *arguments, DATABASE_URL=nobody)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 1
        assert "The database cannot be used: " in said
        assert "Check DATABASE_URL" in said
        assert "Traceback" not in said


def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    said = seans(tmp_path, "-m", "flask", "--app", "run", "jobs", "list")
    assert "start Seans once" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_file_that_is_no_database_is_said_in_words_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "seans.db").write_text("Not a database, but somebody's text. " * 40)
    start = seans(tmp_path, "run.py", "worker")
    assert start.returncode == 1
    assert start.stderr.startswith("Seans cannot start. The database cannot be used: file is not a database.")
    assert (tmp_path / "seans.db").read_text().startswith("Not a database")


def test_what_is_kept_is_nobody_elses_to_read(tmp_path: Path) -> None:
    said = seans(tmp_path / "instance", "-m", "flask", "--app", "run", "db", "upgrade")
    assert said.returncode == 0, said.stderr
    with sqlite3.connect(tmp_path / "instance" / "seans.db") as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    for path in [tmp_path / "instance", *(tmp_path / "instance").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path
