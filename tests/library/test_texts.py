"""What a text for patients may not say."""

import pytest

from app.library import texts
from app.library.loader import shipped


def test_the_shipped_texts_are_without_fault() -> None:
    assert texts.problems(shipped()) == []


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The best result.", "en", "best"),
        ("Bu ay İNDİRİM var.", "tr", "indirim"),
        ("İndirimli seans", "tr", "indirimli"),
        ("KESİN SONUÇ", "tr", "kesin sonuç"),
        ("Treatment is free of charge", "en", "free of charge"),
        ("It is secured.", "en", None),
        ("Bestow", "en", None),
        ("FDA-approved product", "en", "fda-approved"),
    ],
)
def test_a_promise_is_found(text: str, language: str, found: str | None) -> None:
    assert texts.promise_in(text, language, shipped()) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Before the fillers", "en", "fillers"),
        ("DOLGUDAN önce", "tr", "dolgudan"),
        ("İĞNE sonrası", "tr", "iğne"),
        ("Come with clean skin", "en", None),
        ("Yüzünüzü yıkayın", "tr", None),
    ],
)
def test_the_name_of_a_procedure_is_found(text: str, language: str, found: str | None) -> None:
    assert texts.procedure_in(text, language, shipped()) == found


@pytest.mark.parametrize(
    ("text", "language", "stops"),
    [
        ("Stop your blood thinner 5 days before.", "en", True),
        ("Do not stop your medicine.", "en", False),
        ("Stop retinol products. Bring your tablets.", "en", False),
        ("Kan sulandırıcı ilacınızı 5 gün önce bırakın.", "tr", True),
        ("İlaçlarınızı kesin.", "tr", True),
        ("Doktorunuzun verdiği ilacı kendiniz kesmeyin.", "tr", False),
        ("Spor yapmayın.", "tr", False),
    ],
)
def test_a_text_that_may_stop_a_medicine_is_found(text: str, language: str, stops: bool) -> None:
    assert texts.stops_medicine(text, language) is stops


def test_a_cream_that_may_be_prescribed_is_left_to_the_doctor() -> None:
    assert texts.leaves_out_the_prescriber("No retinol for 7 days.", "en")
    assert not texts.leaves_out_the_prescriber("No retinol for 7 days; if a doctor prescribed it, ask us.", "en")
    assert texts.leaves_out_the_prescriber("7 gün retinol kullanmayın.", "tr")
