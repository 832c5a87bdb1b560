"""One question about a mail address: can it work."""

from __future__ import annotations


def working(typed: str, *, plain: bool = False) -> str:
    """The address as it is written on a mail; empty where it can be none. `plain`: before the @ only what every server takes."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  # its tables are made at import, at every start

    try:
        return validate_email(typed, check_deliverability=False, allow_smtputf8=not plain).normalized
    except EmailNotValidError:
        return ""
