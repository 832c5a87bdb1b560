"""The contract of `flask --app run forecast`: docs/forecast.md, "Command"."""

import itertools
import json

import pytest
from click.testing import CliRunner

from app.commands.forecast import forecast_command
from app.planning.lines import answer_lines

DOCUMENTED = {
    "id": 7,
    "today": "2026-11-22",
    "grace_days": 0,
    "lapse_days": 120,
    "steps": [
        {"bounds": {"not_before": "2026-01-01"}},
        {"gaps": [{"from": "previous", "absolute_min": "4w-4d", "min": "4w", "ideal": "5w", "max": "8w"}]},
        {
            "gaps": [{"from": "previous", "min": "8w"}, {"from": {"step": 1}, "min": "16w", "ideal": "6m"}],
            "bounds": {
                "absolute_not_before": "2026-03-01",
                "not_before": "2026-03-05",
                "ideal_from": "2026-04-01",
                "latest": "2026-06-30",
            },
        },
    ],
    "performed": [{"date": "2026-01-05"}, {"date": "2026-01-20", "override": True}],
    "holds": [{"from": "2026-02-01", "until": "2026-03-01", "reason": "active infection"}],
    "booked": [{"step": 3, "date": "2026-05-04"}],
    "conflicts": [{"date": "2026-01-28", "min_days": 14, "reason": "peel on the same area"}],
    "maintenance": {
        "first": {"min": "4m", "ideal": "5m", "max": "7m"},
        "repeat": {"min": "4m", "ideal": "6m", "max": "8m"},
        "times": None,
    },
}
PLAIN = {"id": 1, "today": "2026-06-01", "steps": [{}]}


def answer(question):
    """The parsed answer to one question, a dict or a raw line, and whether it was valid."""
    line = question if isinstance(question, str | bytes) else json.dumps(question)
    ((text, valid),) = answer_lines([line])
    assert "\n" not in text
    return json.loads(text), valid


def fault(question):
    given, valid = answer(question)
    assert not valid
    assert given.keys() == {"id", "error"}
    return given["error"]


def test_the_documented_question_has_the_documented_answer():
    assert answer(DOCUMENTED) == (
        {
            "id": 7,
            "course": "in_series",
            "verdicts": [
                {
                    "date": "2026-01-05",
                    "step": 1,
                    "verdict": "counted",
                    "reasons": ["on or after 2026-01-01: not_before of the step's bounds"],
                },
                {
                    "date": "2026-01-20",
                    "step": 2,
                    "verdict": "counted_by_override",
                    "reasons": [
                        "counted by override",
                        "9 days before 2026-01-29: absolute_min 4w-4d from the last session on 2026-01-05",
                    ],
                },
            ],
            "next": {
                "step": 3,
                "earliest": "2026-04-27",
                "recommended": "2026-04-27",
                "latest": "2026-06-30",
                "status": "lapsed",
                "reasons": [
                    "earliest 2026-04-27: min 16w from step 1 on 2026-01-05",
                    "recommended 2026-04-27: the earliest day",
                    "latest 2026-06-30: latest of the step's bounds",
                ],
            },
            "projected": [],
        },
        True,
    )


def test_the_keys_of_an_answer_stand_in_the_documented_order():
    ((text, _),) = answer_lines([json.dumps({**DOCUMENTED, "performed": [], "today": "2026-01-01"})])
    given = json.loads(text)
    assert list(given) == ["id", "course", "verdicts", "next", "projected"]
    assert list(given["next"]) == ["step", "earliest", "recommended", "latest", "status", "reasons"]
    assert list(given["projected"][0]) == ["step", "earliest", "recommended", "latest", "reasons"]


def test_nothing_more_due_is_null():
    given, _ = answer({**PLAIN, "performed": [{"date": "2026-01-05"}]})
    assert (given["course"], given["next"], given["projected"]) == ("complete", None, [])


def test_maintenance_is_m1_and_so_on():
    done = [{"date": "2025-01-05"}, {"date": "2025-06-05"}]
    given, _ = answer({**PLAIN, "performed": done, "maintenance": {"first": {"min": "4m"}}})
    assert given["verdicts"][1]["step"] == "m1"
    assert given["verdicts"][1]["reasons"] == ["a session of maintenance"]
    assert given["next"]["step"] == "m2"


def test_dates_are_null_while_an_open_hold_stands():
    given, _ = answer({**PLAIN, "holds": [{"from": "2026-05-01", "reason": "waiting"}]})
    assert given["next"] == {
        "step": 1,
        "earliest": None,
        "recommended": None,
        "latest": None,
        "status": "on_hold",
        "reasons": ["dates: none while the hold since 2026-05-01 stands (waiting)"],
    }


def reasons(**more):
    given, _ = answer({**PLAIN, "steps": [{}, {"gaps": [{"min": "4w", "max": "6w"}]}, {"gaps": [{"min": "4w"}]}], **more})
    verdicts = [line for verdict in given["verdicts"] for line in verdict["reasons"]]
    dates = [line for due in [given["next"], *given["projected"]] for line in due["reasons"]]
    return verdicts + dates


TWO_DONE = [{"date": "2026-01-05"}, {"date": "2026-02-01"}]
PEEL = {"date": "2026-05-30", "min_days": 1, "reason": "peel"}
BAD = {"date": "2026-01-05", "substandard": True}


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "earliest 2026-06-01: today, as nothing else sets it"),
        ({}, "latest: no rule sets an end"),
        ({}, "earliest 2026-06-29: min 4w from the last session on 2026-06-01 (expected)"),
        ({"booked": [{"step": 1, "date": "2026-06-03"}]}, "earliest 2026-07-01: min 4w from the last session on 2026-06-03 (booked)"),
        ({"conflicts": [{"date": "2026-05-30", "min_days": 14}]}, "earliest 2026-06-13: 14d from a conflict on 2026-05-30"),
        ({"conflicts": [PEEL]}, "earliest 2026-05-31: 1d from a conflict on 2026-05-30 (peel)"),
        (
            {"holds": [{"from": "2026-05-30", "until": "2026-06-02"}]},
            "earliest 2026-06-03: after the hold from 2026-05-30 until 2026-06-02",
        ),
        ({"performed": TWO_DONE[:1]}, "no rule asks to wait"),
        ({"performed": TWO_DONE[:1]}, "recommended 2026-02-02: ideal 4w from the last session on 2026-01-05"),
        ({"performed": TWO_DONE[:1] * 2}, "another session on the same day came first"),
        ({"performed": [BAD]}, "marked substandard"),
        ({"performed": [BAD]}, "earliest 2026-01-05: the day of the last session"),
        ({"performed": TWO_DONE, "grace_days": 1}, "within 1 day of grace"),
        ({"performed": TWO_DONE, "grace_days": 3}, "within 3 days of grace"),
        ({"performed": TWO_DONE}, "1 day before 2026-02-02: absolute_min 4w from the last session on 2026-01-05"),
    ],
)
def test_reasons_are_short_english(more, line):
    assert line in reasons(**more)


def test_a_session_after_everything_says_so():
    given, _ = answer({**PLAIN, "performed": [{"date": "2026-01-05"}, {"date": "2026-01-06"}]})
    assert given["verdicts"][1] == {"date": "2026-01-06", "step": None, "verdict": "extra", "reasons": ["nothing more was due"]}


# ---------------------------------------------------------------- lines with a fault


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"colour": 1}, 'unknown key "colour"'),
        ({"steps": [{}, {"gap": []}]}, 'steps[1]: unknown key "gap"; known: bounds, gaps'),
        ({"steps": [{"gaps": [{"mim": "4w"}]}]}, 'steps[0].gaps[0]: unknown key "mim"'),
        ({"steps": [{}, {"gaps": [{"from": {"step": 1, "x": 2}}]}]}, 'steps[1].gaps[0].from: unknown key "x"'),
        ({"maintenance": {"first": {"from": "previous"}}}, 'maintenance.first: unknown key "from"'),
        ({"maintenance": {"times": 1}}, 'maintenance: the key "first" is missing'),
        ({"performed": [{"override": True}]}, 'performed[0]: the key "date" is missing'),
        ({"holds": [{"until": "2026-01-01"}]}, 'holds[0]: the key "from" is missing'),
        ({"booked": [{"step": 1}]}, 'booked[0]: the key "date" is missing'),
        ({"conflicts": [{"date": "2026-01-01"}]}, 'conflicts[0]: the key "min_days" is missing'),
        ({"steps": [{}, {"gaps": [{"from": {}}]}]}, 'steps[1].gaps[0].from: the key "step" is missing'),
        ({"steps": [{"gaps": [{"min": "4 w"}]}]}, 'steps[0].gaps[0].min: "4 w" is not a duration'),
        ({"steps": [{"gaps": [{"min": 28}]}]}, "steps[0].gaps[0].min: 28 is not a duration in text"),
        ({"steps": [{"gaps": [{"from": "before"}]}]}, 'steps[0].gaps[0].from: "before" is neither "previous" nor'),
        ({"steps": [{}, {"gaps": [{"from": {"step": 2}}]}]}, "steps[1].gaps[0].from: step 2 is not earlier than step 2"),
        ({"steps": [{}, {"gaps": [{"from": {"step": 0}}]}]}, "steps[1].gaps[0].from: step 0 is not earlier than step 2"),
        ({"steps": [{}, {"gaps": [{"from": {"step": 3}}]}, {}]}, "steps[1].gaps[0].from: step 3 is not earlier than step 2"),
        ({"steps": []}, "steps: a series needs at least one step"),
        ({"steps": {}}, "steps: an object is not a list"),
        ({"steps": [[]]}, "steps[0]: a list is not an object"),
        ({"steps": None}, "steps: null is not a list"),
        ({"today": "2026-02-30"}, 'today: "2026-02-30" is not a day of the calendar'),
        ({"today": "20260601"}, 'today: "20260601" is not a day'),
        ({"today": "2026-W01-1"}, 'today: "2026-W01-1" is not a day'),
        ({"today": 5}, "today: 5 is not a day"),
        ({"performed": [{"date": "2026-01-01"}, {"date": "2026-06-02"}]}, "performed[1].date: 2026-06-02 is after today, 2026-06-01"),
        ({"performed": [{"date": "2026-01-01", "override": 1}]}, "performed[0].override: 1 is neither true nor false"),
        ({"holds": [{"from": "2026-02-01", "until": "2026-01-01"}]}, "holds[0].until: 2026-01-01 is before the hold begins"),
        ({"holds": [{"from": "2026-02-01", "reason": 5}]}, "holds[0].reason: 5 is not text"),
        ({"booked": [{"step": 2, "date": "2026-07-01"}]}, "booked[0].step: there is no step 2"),
        ({"booked": [{"step": 1, "date": "2026-07-01"}] * 2}, "booked[1].step: step 1 is booked twice"),
        ({"grace_days": -1}, "grace_days: -1 is not a whole number from 0 up"),
        ({"grace_days": True}, "grace_days: true is not a whole number"),
        ({"lapse_days": 1.5}, "lapse_days: 1.5 is not a whole number"),
        ({"conflicts": [{"date": "2026-01-01", "min_days": 10**12}]}, "outside the years 1 to 9999"),
        ({"holds": [{"from": "2026-01-01", "until": "9999-12-31"}]}, "no day follows 9999-12-31"),
    ],
)
def test_a_faulty_question_says_what_is_wrong_and_where(more, error):
    given, valid = answer({**PLAIN, **more})
    assert not valid
    assert given["id"] == 1
    assert error in given["error"]


@pytest.mark.parametrize("key", ["today", "steps"])
def test_a_missing_key_is_named(key):
    assert fault({name: value for name, value in PLAIN.items() if name != key}) == f'the key "{key}" is missing'


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON: Expecting property name"),
        ("not json", "not JSON: Expecting value at character 1"),
        ('{"id": 1} {"id": 2}', "not JSON: Extra data"),
        ('{"id": NaN}', "NaN is not a number of JSON"),
        ('{"id": 1, "grace_days": ' + "9" * 5000 + "}", "not JSON that can be read"),
        ("[" * 200_000, "not JSON that can be read"),
        ("[1, 2]", "the line is not a JSON object"),
        (b'{"id": "\xff"}', "not UTF-8 text at byte 9"),
        ('{"id": 1.5}', "id: neither text nor a whole number"),
    ],
)
def test_a_line_that_cannot_be_read_has_no_id(line, error):
    given, valid = answer(line)
    assert (given["id"], valid) == (None, False)
    assert error in given["error"]


def test_what_a_message_quotes_is_short():
    assert len(fault({**PLAIN, "x" * 10_000: 1})) < 250
    assert len(fault({**PLAIN, "today": "x" * 10_000})) < 150


def test_optional_keys_may_be_null_or_left_out():
    empty = dict.fromkeys(["grace_days", "lapse_days", "performed", "holds", "booked", "conflicts", "maintenance"])
    assert answer({**PLAIN, **empty}) == answer(PLAIN)


def test_a_question_without_id_is_answered_with_null():
    given, valid = answer({"today": "2026-06-01", "steps": [{}]})
    assert (given["id"], valid) == (None, True)


def test_an_id_may_be_text_in_any_script():
    assert answer({**PLAIN, "id": "Şule"})[0]["id"] == "Şule"


# ----------------------------------------------------------------------- streaming


def test_blank_lines_are_skipped_and_the_order_kept():
    lines = ["\n", json.dumps(PLAIN) + "\n", "  \r\n", b"\n", json.dumps({**PLAIN, "id": 2}).encode() + b"\r\n"]
    assert [json.loads(text)["id"] for text, _ in answer_lines(lines)] == [1, 2]


def test_a_byte_order_mark_is_no_fault():
    assert answer("\ufeff" + json.dumps(PLAIN))[1]
    assert answer(("\ufeff" + json.dumps(PLAIN)).encode())[1]


def test_an_endless_input_is_answered_line_by_line():
    answers = answer_lines(itertools.repeat(json.dumps(PLAIN)))
    assert [valid for _, valid in itertools.islice(answers, 3)] == [True] * 3


def test_the_command_reads_standard_input():
    result = CliRunner().invoke(forecast_command, input=json.dumps(DOCUMENTED) + "\n\n")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["next"]["status"] == "lapsed"


def test_the_command_answers_the_others_and_fails_at_the_end(tmp_path):
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{json.dumps(PLAIN)}\n{{}}\nnonsense\n{json.dumps({**PLAIN, 'id': 4})}\n", encoding="utf-8")
    result = CliRunner().invoke(forecast_command, [str(file)])
    assert result.exit_code == 1
    given = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in given] == [1, None, None, 4]
    assert ["error" in line for line in given] == [False, True, True, False]


def test_the_command_refuses_a_file_that_is_not_there():
    result = CliRunner().invoke(forecast_command, ["nowhere.jsonl"])
    assert result.exit_code == 2
    assert "nowhere.jsonl" in result.stderr
