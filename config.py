"""Every setting, read once from the environment; frozen and typed. Refuses a weak secret outside development."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 32
HOW_TO_MAKE_ONE = 'for example the output of `python3 -c "import secrets; print(secrets.token_urlsafe(48))"`'


class ConfigError(Exception):
    """A setting is missing or cannot work; the text says which and what to do."""


@dataclass(frozen=True)
class Dkim:
    """Whose signature mails carry: the domain, the selector under which its public key stands in the DNS, and the private key."""

    domain: str
    selector: str
    key_file: Path


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
    bounce_url: str = ""
    return_path: str = ""
    dkim: Dkim | None = None

    @property
    def mail_folder(self) -> Path:
        return self.instance / "outbox"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings. Raises ConfigError in words."""
    instance = Path(env.get("SEANS_INSTANCE") or ROOT / "instance").resolve()
    host = env.get("HOST") or "127.0.0.1"
    public_url = _checked_url(env.get("PUBLIC_URL", "").rstrip("/"))
    production = _says_production(env) or host not in LOOPBACK or public_url.startswith("https://")
    mail_url = env.get("MAIL_URL", "")
    return Config(
        database_url=_database_url(env.get("DATABASE_URL", "")) or f"sqlite:///{instance / 'seans.db'}",
        secret_key=_secret(env.get("SECRET_KEY", ""), instance, production),
        public_url=public_url,
        mail_url=mail_url,
        mail_from=env.get("MAIL_FROM", ""),
        host=host,
        port=_port(env),
        demo=_yes_or_no(env, "DEMO", not mail_url and not production),
        trusted_proxies=_whole_number(env, "TRUSTED_PROXIES", 0),
        production=production,
        instance=instance,
        bounce_url=env.get("BOUNCE_URL", ""),
        return_path=_return_path(env.get("RETURN_PATH", "")),
        dkim=_dkim(env.get("DKIM_DOMAIN", ""), env.get("DKIM_SELECTOR", ""), env.get("DKIM_KEY", "")),
    )


def _secret(given: str, instance: Path, production: bool) -> str:
    """The key that signs cookies. In development one is made and kept; in production it must be given and long."""
    if given:
        if production and (len(given) < SHORTEST_SECRET or len(set(given)) < 10):
            raise ConfigError(f"SECRET_KEY is too weak: give at least 32 random characters, {HOW_TO_MAKE_ONE}.")
        return given
    if production:
        raise ConfigError(
            "SECRET_KEY is missing, and in production Seans does not start without one (SEANS_ENV=production, a HOST that others "
            f"reach, or a PUBLIC_URL with https): give at least 32 random characters, {HOW_TO_MAKE_ONE}, the same at every start."
        )
    file = instance / "development.key"
    try:
        if not file.exists():
            instance.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text().strip()
    except OSError as fault:
        raise ConfigError(
            f"{fault.filename or instance}: {fault.strerror}. Seans keeps its data there; SEANS_INSTANCE names another place."
        ) from None


def _says_production(env: Mapping[str, str]) -> bool:
    """A word that is nearly right must not leave a clinic open to the world as a developer's."""
    said = env.get("SEANS_ENV", "").strip().lower()
    if said not in {"", "development", "production"}:
        raise ConfigError(f"SEANS_ENV must be production or development, not {said!r}.")
    return said == "production"


def _database_url(url: str) -> str:
    """As it was given, PostgreSQL's own shorter spellings with the driver that we ship."""
    scheme, _sep, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    if url and scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigError("DATABASE_URL must look like postgresql+psycopg://user:password@host/name, or sqlite:////folder/seans.db.")
    return url


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and parts.hostname and url == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
    except ValueError:
        fits = False
    if url and not fits:
        raise ConfigError(f"PUBLIC_URL must look like https://clinic.example, with nothing after the name, not {url!r}.")
    return url


def _return_path(text: str) -> str:
    """Where bounces go: one address of which each mail has its own, told apart by what stands for the star."""
    local, _at, domain = text.rpartition("@")
    fits = re.fullmatch(r"[A-Za-z0-9._+=-]{0,40}", local.replace("*", "", 1)) and re.fullmatch(r"[A-Za-z0-9.-]+", domain)
    if text and not (fits and "*" in local):
        raise ConfigError(f"RETURN_PATH must look like bounces+*@clinic.example, with one star before the @, not {text!r}.")
    return text


def _dkim(domain: str, selector: str, key_file: str) -> Dkim | None:
    """All three or none: half a signature would be mails that nobody knows to be unsigned."""
    if not (domain or selector or key_file):
        return None
    label = "[A-Za-z0-9-]+"
    if not (re.fullmatch(rf"{label}(\.{label})+", domain) and re.fullmatch(rf"{label}(\.{label})*", selector) and key_file):
        raise ConfigError(
            "To sign mails, give all three: DKIM_DOMAIN such as clinic.example, DKIM_SELECTOR such as seans, and DKIM_KEY, the file of the "
            "private key."
        )
    return Dkim(domain.lower(), selector.lower(), Path(key_file))


def _port(env: Mapping[str, str]) -> int:
    port = _whole_number(env, "PORT", 8000)
    if not 0 < port < 65536:
        raise ConfigError(f"PORT must be a number from 1 to 65535, not {port}.")
    return port


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
