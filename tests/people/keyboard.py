"""Somebody without a mouse. After every key it is asked where the focus is: never lost, never under a header or a panel."""

from __future__ import annotations

from playwright.sync_api import Error, Locator

from tests.browser.conftest import COVERED
from tests.people.counter import Person

AT_MOST = 120
"""Tabs until something must have been reached."""
PAGES_AT_MOST = 20
MARKED = "(window.stays = true, document.activeElement !== document.body)"
LOST = "window.stays === true && document.activeElement === document.body"
"""Nothing has the focus though something had and it is still the same page; a new one begins at its top."""
SETTLED = """async () => { while (document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling'))
  await new Promise(requestAnimationFrame); }"""


class Keyboard(Person):
    """Who goes on with Tab and the letters of the desk."""

    def keys(self, *pressed: str) -> None:
        for one in pressed:
            had = self.page.evaluate(MARKED)
            super().keys(one)
            lost, covered = self._seen()
            assert not (had and lost), f"{one}: the focus is lost"
            assert covered is None, f"{one}: the focus is covered"

    def _seen(self) -> tuple[bool, str | None]:
        """Once answers to what was pressed are on the page; where a page left meanwhile, on the next."""
        for _page in range(PAGES_AT_MOST):
            self.page.wait_for_load_state()
            try:
                self.page.evaluate(SETTLED)
                return bool(self.page.evaluate(LOST)), self.page.evaluate(COVERED)
            except Error:  # the page left while it was asked
                continue
        raise AssertionError("the page never stands still")

    def tabs_to(self, what: Locator) -> None:
        """On with Tab until it has the focus."""
        for _tab in range(AT_MOST):
            if what.evaluate("(one) => one === document.activeElement"):
                return
            self.keys("Tab")
        raise AssertionError("it cannot be reached with Tab")

    def enters(self, what: Locator, text: str) -> None:
        """Into a field that is reached with Tab."""
        self.tabs_to(what)
        self.keys("Control+a")
        self.writes(text)
