"""The forecast over JSON lines: one question a line in, one answer or error a line out."""

import json
from collections.abc import Iterable, Iterator
from typing import NoReturn

from app.planning.answer import Answer, Due, Reason, Verdict
from app.planning.durations import OutOfCalendar
from app.planning.explain import in_english
from app.planning.forecast import forecast
from app.planning.question import BadQuestion
from app.planning.reading import read_question

_Object = dict[str, object]


def answer_lines(lines: Iterable[str | bytes]) -> Iterator[tuple[str, bool]]:
    """For each question its answer as a line of JSON without line end, and whether it was valid.

    Blank lines are skipped. Keeps nothing between lines, so any number of them can be streamed.
    """
    for line in lines:
        if line.strip():
            answer, valid = _answer(line)
            yield _ENCODER.encode(answer), valid


def as_json(answer: Answer, identity: object = None) -> _Object:
    """An answer in the form of docs/forecast.md."""
    return {
        "id": identity,
        "course": answer.course,
        "verdicts": [_verdict(verdict) for verdict in answer.verdicts],
        "next": None if answer.next is None else _due(answer.next),
        "projected": [_due(due) for due in answer.projected],
    }


def _answer(line: str | bytes) -> tuple[_Object, bool]:
    identity: str | int | None = None
    try:
        question = _read_line(line)
        identity = _identity(question)
        return as_json(forecast(read_question(question)), identity), True
    except (BadQuestion, OutOfCalendar) as fault:
        return {"id": identity, "error": str(fault)}, False


def _read_line(line: str | bytes) -> _Object:
    try:
        # A file written on Windows may begin with a byte order mark.
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        question = _DECODER.decode(text.removeprefix("\ufeff").strip())
    except json.JSONDecodeError as fault:
        raise BadQuestion(f"not JSON: {fault.msg} at character {fault.pos + 1}") from None
    except UnicodeDecodeError as fault:
        raise BadQuestion(f"not UTF-8 text at byte {fault.start + 1}") from None
    except (ValueError, RecursionError) as fault:
        raise BadQuestion(f"not JSON that can be read: {fault}") from None
    if not isinstance(question, dict):
        raise BadQuestion("the line is not a JSON object")
    return question


def _identity(question: _Object) -> str | int | None:
    identity = question.get("id")
    if identity is None or isinstance(identity, str | int):
        return identity
    raise BadQuestion("neither text nor a whole number", "id")


def _verdict(verdict: Verdict) -> _Object:
    return {
        "date": verdict.day.isoformat(),
        "step": _place(verdict.step, verdict.maintenance),
        "verdict": verdict.kind,
        "reasons": _reasons(verdict.reasons),
    }


def _due(due: Due) -> _Object:
    entry: _Object = {
        "step": _place(due.step, due.maintenance),
        "earliest": due.earliest and due.earliest.isoformat(),
        "recommended": due.recommended and due.recommended.isoformat(),
        "latest": due.latest and due.latest.isoformat(),
    }
    if due.status is not None:
        entry["status"] = due.status
    entry["reasons"] = _reasons(due.reasons)
    return entry


def _place(step: int | None, maintenance: bool) -> str | int | None:
    return f"m{step}" if maintenance else step


def _reasons(reasons: tuple[Reason, ...]) -> list[str]:
    return [in_english(reason) for reason in reasons]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_ENCODER = json.JSONEncoder()
