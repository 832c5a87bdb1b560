"""Time zones as patients read them: the city they are named after, and which emergency number is right there.

A small table of our own: locale data names zones ("GMT+03:00", "Turkey Time") in words nobody uses.
"""

from __future__ import annotations

# Zone → (English, Turkish, whether 112 is answered there as an emergency number).
_CITIES: dict[str, tuple[str, str, bool]] = {
    "Africa/Cairo": ("Cairo", "Kahire", False),
    "America/Chicago": ("Chicago", "Chicago", False),
    "America/Los_Angeles": ("Los Angeles", "Los Angeles", False),
    "America/New_York": ("New York", "New York", False),
    "America/Toronto": ("Toronto", "Toronto", False),
    "Asia/Almaty": ("Almaty", "Almatı", False),
    "Asia/Amman": ("Amman", "Amman", False),
    "Asia/Ashgabat": ("Ashgabat", "Aşkabat", False),
    "Asia/Baghdad": ("Baghdad", "Bağdat", False),
    "Asia/Baku": ("Baku", "Bakü", True),
    "Asia/Beirut": ("Beirut", "Beyrut", False),
    "Asia/Damascus": ("Damascus", "Şam", False),
    "Asia/Dubai": ("Dubai", "Dubai", False),
    "Asia/Istanbul": ("Istanbul", "İstanbul", True),
    "Asia/Jerusalem": ("Jerusalem", "Kudüs", False),
    "Asia/Kuwait": ("Kuwait", "Kuveyt", True),
    "Asia/Nicosia": ("Nicosia", "Lefkoşa", True),
    "Asia/Qatar": ("Doha", "Doha", False),
    "Asia/Riyadh": ("Riyadh", "Riyad", False),
    "Asia/Tashkent": ("Tashkent", "Taşkent", False),
    "Asia/Tbilisi": ("Tbilisi", "Tiflis", True),
    "Asia/Tehran": ("Tehran", "Tahran", False),
    "Australia/Sydney": ("Sydney", "Sidney", False),
    "Europe/Amsterdam": ("Amsterdam", "Amsterdam", True),
    "Europe/Athens": ("Athens", "Atina", True),
    "Europe/Belgrade": ("Belgrade", "Belgrad", True),
    "Europe/Berlin": ("Berlin", "Berlin", True),
    "Europe/Brussels": ("Brussels", "Brüksel", True),
    "Europe/Bucharest": ("Bucharest", "Bükreş", True),
    "Europe/Budapest": ("Budapest", "Budapeşte", True),
    "Europe/Copenhagen": ("Copenhagen", "Kopenhag", True),
    "Europe/Dublin": ("Dublin", "Dublin", True),
    "Europe/Helsinki": ("Helsinki", "Helsinki", True),
    "Europe/Istanbul": ("Istanbul", "İstanbul", True),
    "Europe/Kyiv": ("Kyiv", "Kiev", True),
    "Europe/Lisbon": ("Lisbon", "Lizbon", True),
    "Europe/London": ("London", "Londra", True),
    "Europe/Luxembourg": ("Luxembourg", "Lüksemburg", True),
    "Europe/Madrid": ("Madrid", "Madrid", True),
    "Europe/Moscow": ("Moscow", "Moskova", True),
    "Europe/Oslo": ("Oslo", "Oslo", True),
    "Europe/Paris": ("Paris", "Paris", True),
    "Europe/Prague": ("Prague", "Prag", True),
    "Europe/Rome": ("Rome", "Roma", True),
    "Europe/Sarajevo": ("Sarajevo", "Saraybosna", True),
    "Europe/Skopje": ("Skopje", "Üsküp", True),
    "Europe/Sofia": ("Sofia", "Sofya", True),
    "Europe/Stockholm": ("Stockholm", "Stokholm", True),
    "Europe/Vienna": ("Vienna", "Viyana", True),
    "Europe/Warsaw": ("Warsaw", "Varşova", True),
    "Europe/Zurich": ("Zurich", "Zürih", True),
}


def city(zone: str, language: str) -> str:
    """The city a zone is named after, in a language; for a zone not in the table, the last part of its name."""
    known = _CITIES.get(zone)
    if known is None:
        return zone.rpartition("/")[2].replace("_", " ")
    return known[1] if language == "tr" else known[0]


def answers_112(zone: str) -> bool:
    """Whether 112 is an emergency number in that zone; False where we do not know."""
    known = _CITIES.get(zone)
    return known is not None and known[2]
