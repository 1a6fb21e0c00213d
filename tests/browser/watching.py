"""A browser window under observation: errors, refused resources, requests to other sites."""

from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

# Said of each answer of 4xx, which is counted below, and of a fragment that a newer one replaces.
NOISE = (
    "Failed to load resource: the server responded with a status of",
    "htmx:sendAbort",
    "htmx:afterRequest",
)


class Window:
    """A page and what went wrong in it so far."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.wrong: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(NOISE):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "ws://127.0.0.1")):
            self.wrong.append(f"external: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.wrong.append(f"{response.status}: {response.url}")

    def go(self, path: str) -> int:
        """Open a page and wait until its fragments are there; returns the status."""
        answer = self.page.goto(path, wait_until="load")
        self.settle()
        assert answer is not None
        return answer.status

    def show(self, theme: Literal["light", "dark"], size: ViewportSize) -> None:
        """By day or by night, in a window of this size."""
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size(size)

    def settle(self) -> None:
        """Until no fragment is on its way."""
        self.page.locator(".htmx-request").first.wait_for(state="detached")

    def overflow(self) -> str:
        """What sticks out to the right, if the page scrolls sideways."""
        found: Any = self.page.evaluate(OVERFLOW)
        return str(found or "")


OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= window.innerWidth) return "";
  const wide = Array.from(document.querySelectorAll("body *")).filter(
    (el) => el.getBoundingClientRect().right > window.innerWidth + 1);
  return root.scrollWidth + " px: " + wide.slice(0, 5).map(
    (el) => el.tagName + "." + el.className).join(" > ");
}"""
