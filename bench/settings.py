"""The settings of a measured process: loopback, a folder of its own, mails into that folder."""

from __future__ import annotations

from pathlib import Path

from config import Config


def settings(folder: Path, **changes: object) -> Config:
    """Settings whose database and outbox lie in the folder."""
    values: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'seans.db'}", "secret_key": "a-key-for-measurements-0123456789abcdef", "public_url": "",
        "mail_url": "", "mail_from": "", "host": "127.0.0.1", "port": 0, "demo": False, "trusted_proxies": 0, "production": False,
        "instance": folder,
    }  # fmt: skip
    return Config(**(values | changes))  # type: ignore[arg-type]  # names are checked by the dataclass
