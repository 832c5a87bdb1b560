"""A new version from an existing one: what is typed is judged by the library's own checks, in words beside the field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.library.content import problems_of
from app.library.loader import shipped
from app.protocols import queries
from app.protocols.edit_form import ContentForm, read_length
from app.protocols.editing import edited, key_from, values_of
from models.base import db
from models.protocol import Protocol, ProtocolVersion, VersionState
from tests.builders import a_clinic, a_course, a_patient, a_physician, a_plan, a_protocol, sign_in


@pytest.fixture
def physician(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic()
    sign_in(client, a_physician())
    return client


def as_typed(version: ProtocolVersion, **changes: Any) -> dict[str, Any]:
    """What the browser sends when only these fields are changed."""
    values = values_of(version.content)
    fields: dict[str, Any] = {"seen": version.version}
    for name, value in values.items():
        if name == "steps":
            fields |= {f"steps-{i}-{part}": text for i, row in enumerate(value) for part, text in row.items()}
        elif name in ("first", "repeat"):
            fields |= {f"{name}-{part}": str(text) for part, text in value.items()}
        elif value is True:
            fields[name] = "y"
        elif value not in (None, False):
            fields[name] = value
    return fields | {name.replace("__", "-"): value for name, value in changes.items()}


def save(client: FlaskClient, version: ProtocolVersion, way: str = "edit", **changes: Any) -> Any:
    return client.post(f"/protocols/{version.id}/{way}", data=as_typed(version, **changes))


def newest(key: str = "prp_scalp") -> ProtocolVersion:
    return db.session.query(Protocol).filter_by(key=key).one().versions[-1]


@pytest.mark.parametrize("key", list(shipped().protocols))
def test_a_form_sent_back_untouched_keeps_what_a_protocol_says(app: Flask, noon: datetime, key: str) -> None:
    version = a_protocol(key)
    with app.test_request_context("/", method="POST", data=as_typed(version)):
        form = ContentForm()
        assert form.validate(), form.errors
        again = edited(version.content, form)
    assert problems_of(again, shipped()) == ()
    before = queries.content_of(version)
    after = queries.content_of(ProtocolVersion(content=again, state=VersionState.DRAFT))
    assert (after.steps, after.needs, after.maintenance, after.rules, after.messages) == (
        before.steps, before.needs, before.maintenance, before.rules, before.messages)  # fmt: skip
    assert (after.enabled, after.attest, after.clinic, after.records) == (before.enabled, before.attest, before.clinic, before.records)


def test_an_approved_version_stays_and_a_draft_stands_beside_it(physician: FlaskClient) -> None:
    approved = a_protocol()
    assert save(physician, approved, steps__0__ideal="35").status_code == 303
    draft = newest()
    assert (draft.n, draft.state, draft.source) == (2, VersionState.DRAFT, "clinic")
    assert draft.content["steps"][1]["gap"]["ideal"] == 35
    assert approved.content["steps"][1]["gap"]["ideal"] == 30


def test_a_draft_of_the_clinic_is_changed_in_place(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False)
    assert save(physician, draft, name_en="PRP for hair").status_code == 303
    assert newest().n == 1
    assert newest().content["names"]["en"] == "PRP for hair"


def test_further_sessions_repeat_the_last_gap(physician: FlaskClient) -> None:
    version = a_protocol()
    assert save(physician, version, sessions="5", extend_to="").status_code == 303
    steps = newest().content["steps"]
    assert [step["n"] for step in steps] == [1, 2, 3, 4, 5]
    assert steps[4]["gap"] == steps[2]["gap"]


def test_rows_can_be_added_to_be_filled_in_before_saving(physician: FlaskClient) -> None:
    page = save(physician, a_protocol(), sessions="4", do="rows")
    assert page.status_code == 200
    assert 'name="steps-2-ideal"' in page.text
    assert newest().n == 1


def test_the_timeline_of_what_is_typed_is_shown_before_anything_is_saved(physician: FlaskClient) -> None:
    version = a_protocol()
    typed = as_typed(version, sessions="4", extend_to="", do="preview")
    part = physician.post(f"/protocols/{version.id}/edit", data=typed, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="timeline"')
    assert part.text.count('class="dot"') == 5  # four sessions and the first maintenance
    assert "4 sessions" in part.text
    assert "4 sessions" in save(physician, version, sessions="4", extend_to="", do="preview").text
    assert newest().n == 1


def test_what_cannot_be_drawn_says_what_to_mend(physician: FlaskClient) -> None:
    version = a_protocol()
    typed = as_typed(version, steps__0__min="90", steps__0__ideal="30", do="preview")
    part = physician.post(f"/protocols/{version.id}/edit", data=typed, headers={"HX-Request": "true"}).text
    assert "No picture while this stands" in part
    assert "<svg" not in part


def test_the_editor_says_how_many_plans_keep_the_version(physician: FlaskClient) -> None:
    course = a_course(a_plan(a_patient(), a_physician(email="other@ege.example")), a_protocol())
    assert "Used by 1 plan, which keeps this version." in physician.get(f"/protocols/{course.version_id}/edit").text


def test_a_number_of_sessions_that_cannot_be_is_told_once_and_the_gaps_stay_typed(physician: FlaskClient) -> None:
    page = save(physician, a_protocol(), sessions="0", steps__0__min="24").text
    assert page.count("Number of sessions: ") == 1
    assert 'name="steps-0-min"' in page
    assert 'value="24"' in page


def test_sets_of_texts_that_begin_alike_can_be_told_apart(physician: FlaskClient) -> None:
    page = physician.get(f"/protocols/{a_protocol().id}/edit").text
    assert "Put nothing on the skin except what we gave you." in page


def test_where_the_figures_come_from_is_said_in_words(physician: FlaskClient) -> None:
    page = physician.get(f"/protocols/{a_protocol('exosome_face_injected').id}").text
    assert "late_check" not in page
    assert "18, as usual" in page


def test_gaps_are_read_in_both_languages() -> None:
    assert [read_length(text) for text in ("28", "4 weeks", "6 ay", "10 gün", "1 YIL", "2w")] == [28, "4w", "6m", "10d", "1y", "2w"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("steps__0__max", "10", "ideal must not be longer than maximum."),
        ("steps__0__ideal", "5 parsecs", "is not a length of time such as 28"),
        ("steps__0__min", "0", "The time must be longer than zero."),
        ("sessions", "0", "Enter a whole number from 1 to 60."),
        ("sessions", "three", "Enter a whole number from 1 to 60."),
        ("procedure", "-5", "Enter a whole number from 1 to 720."),
        ("name_en", "", "Please fill this in."),
        ("name_tr", "x" * 10_000, "Please shorten this to at most 120 characters."),
        ("review_after", "9", "There is no session 9 in this protocol."),
        ("first__max", "1", "ideal must not be longer than maximum."),
        ("grace_days", "99", "Enter a whole number from 0 to 14."),
        ("acts", [], "At least one entry is needed."),
        ("rules", ["needle"], "must be here: required by"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_stays_typed(physician: FlaskClient, field: str, typed: Any, words: str) -> None:
    answer = save(physician, a_protocol(), **{field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    if isinstance(typed, str) and typed:
        assert f'value="{typed}"' in answer.text
    assert newest().n == 1


def test_faults_of_several_kinds_are_told_at_once(physician: FlaskClient) -> None:
    answer = save(physician, a_protocol(), name_en="", steps__0__max="5 parsecs")
    assert "Please fill this in." in answer.text
    assert "is not a length of time such as 28" in answer.text


def test_a_fault_of_a_gap_stands_in_the_summary_with_a_link(physician: FlaskClient) -> None:
    answer = save(physician, a_protocol(), steps__0__max="10")
    assert 'href="#steps-0-max"' in answer.text


def test_what_an_act_requires_and_nobody_types_is_added(physician: FlaskClient) -> None:
    version = a_protocol("exosome_face_needling")
    answer = save(physician, version, acts=["exosome_injected"], delivery="micro_injection", devices=[],
                  rules=["all", "needle", "tan"], red_flags=["general", "emergency", "vessel", "numbing", "exosome_late"])  # fmt: skip
    assert answer.status_code == 303, answer.text
    content = newest("exosome_face_needling").content
    assert content["clinic"] == ["out_of_hours_number"]
    assert "same_evening" in content["messages"]["add"]
    assert len(content["attest"]) == 2
    assert content["enabled"] is False


def test_what_is_measured_is_ticked(physician: FlaskClient) -> None:
    assert save(physician, a_protocol(), measures=["gais_physician", "pain"]).status_code == 303
    assert newest().content["measures"] == ["gais_physician", "pain"]


def test_a_protocol_of_the_clinics_own_begins_with_another(physician: FlaskClient) -> None:
    answer = save(physician, a_protocol(), "copy", name_en="Hair boost, ours", name_tr="Saç desteği")
    assert answer.status_code == 303
    made = newest("hair_boost_ours")
    assert (made.n, made.state, made.content["id"]) == (1, VersionState.DRAFT, "hair_boost_ours")


def test_two_protocols_cannot_have_one_name(physician: FlaskClient) -> None:
    answer = save(physician, a_protocol(), "copy", name_en="PRP scalp")
    assert answer.status_code == 422
    assert "There is a protocol of this name already." in answer.text


def test_a_key_is_made_from_plain_letters() -> None:
    assert key_from("Şok Dalga – Yüz (II)") == "sok_dalga_yuz_ii"
    assert key_from("…") == "protocol"


def test_a_draft_changed_meanwhile_is_not_overwritten(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False)
    save(physician, draft, name_en="First")
    answer = physician.post(f"/protocols/{draft.id}/edit", data=as_typed(draft, name_en="Second", seen="1"))
    assert answer.status_code == 409
    assert newest().content["names"]["en"] == "First"


def test_names_reach_the_list_when_the_version_is_approved(physician: FlaskClient) -> None:
    draft = a_protocol(approved=False)
    save(physician, draft, name_en="PRP for hair")
    physician.post(f"/protocols/{draft.id}/approve", data={"seen": newest().version})
    assert db.session.query(Protocol).one().names["en"] == "PRP for hair"
    assert "PRP for hair" in physician.get("/protocols").text
