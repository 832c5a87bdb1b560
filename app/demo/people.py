"""Who works in the demo clinic and who comes to it. All names are made up; all addresses end in .example."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.library.loader import shipped
from models.staff import Role

EVERY_SKILL = tuple(shipped().words["skills"])


@dataclass(frozen=True)
class Worker:
    """Somebody with an account."""

    name: str
    roles: tuple[Role, ...]
    skills: tuple[str, ...] = ()
    language: str = "tr"


WORKERS = (
    Worker("Dr. Burcu Çelen", (Role.PHYSICIAN,), EVERY_SKILL),
    Worker("Dr. Ali Er", (Role.PHYSICIAN,), EVERY_SKILL, "en"),
    Worker("Ece Nur", (Role.PRACTITIONER,), ("laser", "blood_product")),
    Worker("Selin Ay", (Role.PRACTITIONER,), ("blood_product",)),
    Worker("Deniz Ak", (Role.RECEPTION,), ()),
    Worker("Mert Can", (Role.MANAGER,), (), "en"),
    Worker("Nil Su", (Role.AUDITOR,), (), "en"),
)


@dataclass(frozen=True)
class Story:
    """A patient and what became of the series.

    `done`: days ago of sessions from before Seans; `lived`: days ago of sessions that happened in this month; `next`: in so
    many days the next visit (0: today) at minute `at`, None: nothing booked. `then`: what else happened (see app/demo/life).
    `late`: by so many minutes the patient comes late today.
    """

    first: str
    last: str
    born: str
    sex: str
    protocols: tuple[str, ...] = ()
    done: tuple[int, ...] = ()
    lived: tuple[int, ...] = ()
    next: int | None = None
    at: int = 600
    then: str = ""
    language: str = "tr"
    full: bool = False
    mail: bool = True
    recall: bool = True
    zone: str | None = None
    photos: bool = False
    late: int = 0
    gaps: dict[int, int] = field(default_factory=dict)


STORIES = (
    Story("Ayşe", "Yılmaz", "1988-03-14", "female", ("exosome_face_needling",), lived=(28,), next=0, at=590, full=True),
    Story("Mehmet", "Kaya", "1975-07-02", "male", ("prp_scalp",), next=0, at=600),
    Story("Zeynep", "Çelik", "1997-01-20", "female", ("mesotherapy_face",), done=(46,), lived=(15,), next=0, at=620),
    Story("Kerem", "Aksoy", "1982-11-05", "male", ("mesotherapy_scalp",), done=(40, 30), lived=(20, 10), next=0, at=660),
    Story("Şule", "Öztürk", "1990-05-30", "female", ("exosome_scalp",), done=(75, 60), lived=(30,), next=0, at=680,
          photos=True),
    Story("Elif", "Koç", "1985-09-09", "female", ("microneedling_face",), done=(70,), next=0, at=740),
    Story("Can", "Güneş", "1993-02-11", "male", ("prp_scalp",), done=(60,), lived=(30,), next=0, at=760, language="en"),
    Story("Ömer", "Arslan", "1979-12-24", "male", ("exosome_scalp",), lived=(14,), next=0, at=820, late=17),
    Story("İpek", "Doğan", "1986-08-17", "female", ("polynucleotide_face",), lived=(21,), next=0, at=840),
    Story("Oya", "Demir", "1968-04-03", "female", ("prp_face",), done=(62,), lived=(29,), next=0, at=900, mail=False),
    Story("Gül", "Şahin", "1991-10-28", "female", ("skin_booster_face",), lived=(29,), next=0, at=920),
    Story("Ümit", "Işık", "1984-06-15", "male", ("mesotherapy_scalp",), lived=(9,), next=0, at=980, late=25),
    Story("Çağla", "Aydın", "1999-03-08", "female", ("peel_superficial",), lived=(27,), next=0, at=1000),
    Story("Emma", "Weber", "1983-05-12", "female", ("exosome_face_needling",), lived=(27,), next=0, at=1050, language="en",
          zone="Europe/Berlin", full=True),
    Story("Ece", "Polat", "1994-09-19", "female", ("prp_face",), next=1, at=600),
    Story("Burak", "Yıldız", "1980-01-31", "male", ("prp_scalp", "mesotherapy_scalp"), lived=(24,), next=2, at=640),
    Story("Selin", "Kurt", "1996-12-02", "female", ("exosome_face_needling",), done=(58,), lived=(26,), next=1, at=760),
    Story("Murat", "Özkan", "1972-02-22", "male", ("exosome_scalp",), done=(90, 76), lived=(28,), next=3, at=660),
    Story("Derya", "Aslan", "1989-07-07", "female", ("microneedling_face",), lived=(25,), next=8, at=700, language="en", then="swells"),
    Story("Tolga", "Çetin", "1987-11-11", "male", ("prp_scalp",), done=(80,), lived=(), next=None),
    Story("Pınar", "Taş", "1992-04-25", "female", ("mesotherapy_face",), done=(30,), next=None),
    Story("Hakan", "Uçar", "1978-08-08", "male", ("prp_scalp",), done=(125,), next=None),
    Story("Nazlı", "Kılıç", "1995-06-06", "female", ("exosome_face_needling",), lived=(22,), next=5, at=720, then="pregnant"),
    Story("Buse", "Acar", "2000-10-10", "female", ("microneedling_face",), lived=(20,), next=9, at=780, then="infection"),
    Story("Leyla", "Bulut", "1981-03-03", "female", ("prp_face",), lived=(23,), next=4, at=820, then="reports"),
    Story("Serkan", "Yavuz", "1976-05-05", "male", ("mesotherapy_scalp",), lived=(11,), next=-1, at=720, then="no_show"),
    Story("Aslı", "Güler", "1993-12-12", "female", ("polynucleotide_face",), lived=(24,), next=2, at=880, then="cancels"),
    Story("Fatma", "Eren", "1970-01-15", "female", ("prp_scalp",), done=(215, 185, 152), then="review"),
    Story("Kemal", "Toprak", "1969-09-01", "male", ("exosome_scalp",), done=(300, 286, 255, 225, 186), then="review", recall=False),
    Story("Sibel", "Ateş", "1984-02-29", "female", ("skin_booster_face",), done=(60,), lived=(28,), then="complete"),
    Story("Yusuf", "Kaplan", "1990-07-21", "male", ("prp_scalp",), done=(95,), then="close"),
    Story("Melis", "Ersoy", "1998-05-18", "female", ("exosome_face_needling",), then="draft"),
    Story("Onur", "Bilgin", "1986-10-03", "male", ("exosome_scalp",), then="draft", language="en"),
    Story("Irmak", "Sezer", "1997-08-29", "female"),
)  # fmt: skip
