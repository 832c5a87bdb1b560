"""A fictional clinic to try everything on: a plan in every state, today full, an outbox in motion. Everyone in it is made up."""

from app.demo.making import make, sign_ins_file

__all__ = ["make", "sign_ins_file"]
