"""create_app(): the one place where the parts meet."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from app import front_door, i18n
from app.commands import register_commands
from app.front_door import addresses, readable
from app.inbound.setting import put_mailbox
from app.messages.setting import put_transport
from app.rooms import ROOMS
from config import ROOT, Config, from_environment
from models.base import db

SESSION_COOKIE = "seans"
LARGEST_POST = 2 * 1024 * 1024
csrf = CSRFProtect()


def create_app(config: Config | None = None) -> Flask:
    """The whole application, ready to serve or to be asked by a command. Starts no jobs."""
    settings = config or from_environment()
    app = Flask("app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app" / "static"))
    app.config.from_mapping(flask_settings(settings))
    app.extensions["seans"] = settings
    readable.install(app)
    addresses.install(app)
    db.init_app(app)
    i18n.install(app)
    csrf.init_app(app)
    put_transport(app)
    put_mailbox(app)
    front_door.build(app, settings)
    for room in ROOMS:
        app.register_blueprint(room)
    register_commands(app)
    return app


def flask_settings(settings: Config) -> dict[str, object]:
    """Flask's own names for our settings."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SESSION_COOKIE_NAME": f"__Host-{SESSION_COOKIE}" if settings.https else SESSION_COOKIE,
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_POST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_POST,
        "WTF_CSRF_TIME_LIMIT": None,  # the sign-in's own end limits it
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, which our own policy keeps browsers from sending
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
    }
