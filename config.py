"""Every setting, read once from the environment; frozen and typed. Refuses a weak secret outside development."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 32


class ConfigError(Exception):
    """A setting is missing or cannot work; the text says which and what to do."""


@dataclass(frozen=True)
class Config:
    """The settings of one process. Names as in the environment, in lower case."""

    database_url: str
    secret_key: str
    public_url: str
    mail_url: str
    mail_from: str
    host: str
    port: int
    demo: bool
    trusted_proxies: int
    production: bool
    instance: Path

    @property
    def mail_folder(self) -> Path:
        return self.instance / "outbox"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises ConfigError in words."""
    instance = Path(env.get("SEANS_INSTANCE") or ROOT / "instance").resolve()
    host = env.get("HOST", "127.0.0.1")
    public_url = env.get("PUBLIC_URL", "").rstrip("/")
    production = env.get("SEANS_ENV") == "production" or host not in LOOPBACK or public_url.startswith("https://")
    mail_url = env.get("MAIL_URL", "")
    return Config(
        database_url=env.get("DATABASE_URL") or f"sqlite:///{instance / 'seans.db'}",
        secret_key=_secret(env.get("SECRET_KEY", ""), instance, production),
        public_url=_checked_url(public_url),
        mail_url=mail_url,
        mail_from=env.get("MAIL_FROM", ""),
        host=host,
        port=_whole_number(env, "PORT", 8000),
        demo=_yes_or_no(env, "DEMO", not mail_url and not production),
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0),
        production=production,
        instance=instance,
    )


def _secret(given: str, instance: Path, production: bool) -> str:
    """The key that signs cookies. In development one is made and kept; in production it must be given and long."""
    if given:
        if production and (len(given) < SHORTEST_SECRET or len(set(given)) < 10):
            raise ConfigError(
                "SECRET_KEY is too weak: give at least 32 random characters, for example the output of "
                '`python -c "import secrets; print(secrets.token_urlsafe(48))"`.'
            )
        return given
    if production:
        raise ConfigError("SECRET_KEY is missing: Seans does not start in production without one.")
    file = instance / "development.key"
    if not file.exists():
        instance.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text().strip()


def _checked_url(url: str) -> str:
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ConfigError(f"PUBLIC_URL must look like https://clinic.example, not {url!r}.")
    return url


def _whole_number(env: Mapping[str, str], name: str, otherwise: int) -> int:
    text = env.get(name, "")
    if not text:
        return otherwise
    if not text.isdecimal():
        raise ConfigError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _yes_or_no(env: Mapping[str, str], name: str, otherwise: bool) -> bool:
    text = env.get(name, "").lower()
    if not text:
        return otherwise
    if text not in {"0", "1", "yes", "no", "true", "false"}:
        raise ConfigError(f"{name} must be 1 or 0, not {text!r}.")
    return text in {"1", "yes", "true"}
