"""What a patient is told before and after a visit."""

import pytest

from app.library import care
from app.library.loader import shipped, shipped_protocols
from app.library.protocol import ProtocolContent

KEYS = sorted(shipped_protocols())


def of(*keys: str) -> list[ProtocolContent]:
    return [shipped_protocols()[key] for key in keys]


def test_preparation_starts_with_what_must_be_known_first() -> None:
    lines = care.preparation(of("laser_hair_face"), shipped(), days_ahead=40)
    assert [line.lead_days for line in lines] == sorted((line.lead_days for line in lines), reverse=True)
    assert lines[0].text.en == "No sunbathing or solarium in the 4 weeks before."
    assert care.longest_lead(of("laser_hair_face"), shipped()) == 28


def test_a_point_whose_day_is_past_is_reworded_or_left_out() -> None:
    told = {line.text.en: line.late for line in care.preparation(of("exosome_face_needling"), shipped(), days_ahead=4)}
    assert told["If you used a retinol or acid cream in the last 5 days, tell us."] is True
    assert "No alcohol for 24 hours before." in told
    at_once = {line.text.en for line in care.preparation(of("exosome_face_needling"), shipped(), days_ahead=0)}
    assert "No alcohol for 24 hours before." not in at_once
    assert "Come with clean skin. No make-up or cream on the area." in at_once


def test_equal_lines_of_two_sessions_are_told_once() -> None:
    lines = [line.text.en for line in care.preparation(of("prp_scalp", "mesotherapy_scalp"), shipped(), days_ahead=30)]
    assert len(lines) == len(set(lines))


def test_the_pregnancy_line_is_only_for_whom_it_can_apply_to() -> None:
    line = "Call us first if you are or may be pregnant, or if you are breastfeeding."
    everyone = [told.text.en for told in care.preparation(of("prp_scalp"), shipped(), 30)]
    nobody = [told.text.en for told in care.preparation(of("prp_scalp"), shipped(), 30, asked=["keloid"])]
    assert line in everyone
    assert line not in nobody


def test_aftercare_goes_by_window_and_leaves_out_what_is_over() -> None:
    def windows(hours: float) -> list[str]:
        return [window.key for window, _ in care.aftercare(of("exosome_face_needling"), shipped(), hours)]

    assert windows(0) == ["usual", "h4", "d1", "d3", "w2"]
    assert windows(4) == ["usual", "d1", "d3", "w2"]
    assert windows(400) == []


def test_aftercare_of_two_sessions_is_one_list() -> None:
    told = care.aftercare(of("laser_hair_face", "filler_ha"), shipped())
    texts = [text for _, lines in told for text in lines]
    assert len(texts) == len(set(texts))
    assert any("Do not pluck or wax" in text.en for text in texts)
    assert any("Do not press or massage" in text.en for text in texts)


@pytest.mark.parametrize("key", KEYS)
def test_the_emergency_number_stands_first_among_the_red_flags(key: str) -> None:
    calls = [flag.call for flag in care.red_flags(of(key), shipped())]
    assert calls[0] == "now_112"
    assert calls == sorted(calls, key=["now_112", "clinic_day_and_night", "clinic"].index)


@pytest.mark.parametrize("key", KEYS)
def test_the_general_honesty_line_is_always_there(key: str) -> None:
    for discreet in (True, False):
        assert "Results differ from person to person." in [line.en for line in care.honesty(of(key), shipped(), discreet=discreet)]


def test_a_discreet_honesty_line_does_not_name_the_product() -> None:
    told = " ".join(line.en for line in care.honesty(of("exosome_scalp"), shipped(), discreet=True))
    assert "xosome" not in told
    assert "belongs to a new field" in told


def test_the_kinds_of_message_follow_the_cadence_with_additions_and_without_what_is_skipped() -> None:
    [botulinum] = of("botulinum_upper_face")
    kinds = care.message_kinds(botulinum, shipped())
    assert "same_evening" in kinds
    assert not {"checkin_1", "checkin_3", "recall_1", "late_check_1"} & set(kinds)
    assert care.recall_kinds(botulinum, shipped())[0] == "recall_1"
