"""What a person does at a page, counted: presses, keys, choices, drags, fields typed, pages loaded; seconds by the keystroke model."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

K, P, B, H, M = 0.2, 1.1, 0.1, 0.4, 1.35
"""Seconds of a key, of pointing, of a mouse button down or up, of a hand between mouse and keyboard, of making up one's mind."""


AWAITED = """() => { window.painted = new Promise((done) => { let begun = null;
addEventListener("%(kind)s", (event) => { begun = event.timeStamp; }, true);
const look = () => (begun !== null && (%(there)s) ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
  : requestAnimationFrame(look));
look(); }); }"""


class Person:
    """Somebody at a page. `acts`: presses, keys, choices and drags; `typed`: fields filled by typing; `loads`: pages that were loaded."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts, self.typed, self.loads, self.seconds = page, 0, 0, 0, 0.0
        self._hand = "mouse"
        page.on("load", lambda _page: self._loaded())

    def click(self, what: Locator | str) -> None:
        self._found(what).click()
        self._did("mouse", P + 2 * B)

    def choose(self, what: Locator | str, label: str) -> None:
        """One of a list: the list is opened, the entry pressed."""
        self._found(what).select_option(label=label)
        self._did("mouse", 2 * (P + 2 * B))

    def type(self, what: Locator | str, text: str) -> None:
        """Into a field that is pointed at first."""
        field = self._found(what)
        field.click()
        field.press("Control+a")
        self.page.keyboard.type(text)
        self.typed += 1
        self._spend("mouse", P + 2 * B)
        self._spend("keys", K * (len(text) + 2))
        self.seconds += M

    def keys(self, *pressed: str) -> None:
        """Key after key, one decision in all."""
        for one in pressed:
            self.page.keyboard.press(one)
            self.acts += 1
            self._spend("keys", K * (1 + one.count("+") * (len(one) > 1)))
        self.seconds += M

    def writes(self, text: str) -> None:
        """Into the field that has the focus."""
        self.page.keyboard.type(text)
        self.typed += 1
        self._spend("keys", K * len(text))

    def drag(self, what: Locator, to: tuple[float, float]) -> None:
        """From a little inside its corner to a point of the page."""
        box = what.bounding_box()
        assert box is not None, "it is not on the screen"
        self.page.mouse.move(box["x"] + 20, box["y"] + 5)
        self.page.mouse.down()
        self.page.mouse.move((box["x"] + 20 + to[0]) / 2, (box["y"] + to[1]) / 2, steps=4)
        self.page.mouse.move(*to, steps=4)
        self.page.mouse.up()
        self._did("mouse", 2 * (P + B))

    def awaits(self, kind: str, there: str) -> None:
        """From the next event of this kind (the last of several) the time is taken until this expression holds and is painted."""
        self.page.evaluate(AWAITED % {"kind": kind, "there": there})

    def painted(self) -> float:
        """Milliseconds it took."""
        return float(self.page.evaluate("window.painted"))

    def _found(self, what: Locator | str) -> Locator:
        return self.page.locator(what).first if isinstance(what, str) else what

    def _did(self, hand: str, seconds: float) -> None:
        self.acts += 1
        self._spend(hand, seconds)
        self.seconds += M

    def _spend(self, hand: str, seconds: float) -> None:
        self.seconds += seconds + (H if hand != self._hand else 0)
        self._hand = hand

    def _loaded(self) -> None:
        self.loads += 1
