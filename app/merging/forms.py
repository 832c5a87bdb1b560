"""What is asked before two records are joined: which of them is right where they differ."""

from __future__ import annotations

from wtforms import HiddenField, RadioField

from app.forms import REQUIRED, Form
from app.i18n import _l
from app.merging import words
from app.merging.values import GROUPS, Pair

KEPT, GONE = "kept", "gone"
_CHOICES = [(KEPT, ""), (GONE, "")]


class JoinForm(Form):
    """One choice for each thing both say differently. `seen`: the versions of both records that the page showed."""

    seen = HiddenField(validators=[REQUIRED])
    name = RadioField(_l("Name"), [REQUIRED], default=KEPT, choices=_CHOICES)
    birth_date = RadioField(_l("Birth date"), [REQUIRED], choices=_CHOICES)  # never chosen beforehand: it may be somebody else
    sex = RadioField(_l("Sex"), [REQUIRED], default=KEPT, choices=_CHOICES)
    phone = RadioField(_l("Telephone"), [REQUIRED], default=KEPT, choices=_CHOICES)
    email = RadioField(_l("E-mail"), [REQUIRED], default=KEPT, choices=_CHOICES)
    language = RadioField(_l("Language"), [REQUIRED], default=KEPT, choices=_CHOICES)
    channel = RadioField(_l("Messages"), [REQUIRED], default=KEPT, choices=_CHOICES)
    zone = RadioField(_l("Time zone"), [REQUIRED], default=KEPT, choices=_CHOICES)

    def ask_about(self, pair: Pair) -> None:
        """Only what differs is asked, with the words of both records."""
        differing = pair.differing()
        for group in GROUPS:
            if group not in differing:
                del self[group]
            else:
                self[group].choices = [  # type: ignore[attr-defined]  # each of them is a RadioField
                    (KEPT, words.value_words(pair.kept, group)), (GONE, words.value_words(pair.gone, group)),
                ]

    def taken(self) -> list[str]:
        """What the record that goes is right about."""
        return [group for group in GROUPS if group in self and self[group].data == GONE]


def versions(pair: Pair) -> str:
    """Both versions, as the page carries them."""
    return f"{pair.kept.version}-{pair.gone.version}"
