"""A browser window under observation: errors, refused resources, requests to other sites."""

from typing import Any, Literal

from playwright.sync_api import (
    CDPSession,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
)

Theme = Literal["light", "dark"]
View = tuple[Theme, ViewportSize]

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

    def show(self, theme: Theme, size: ViewportSize) -> None:
        """By day or by night, in a window of this size."""
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size(size)

    def settle(self) -> None:
        """Until no fragment is on its way."""
        self.page.evaluate(SETTLED, PATIENCE)

    def overflow(self) -> str:
        """What sticks out to the right, if the page scrolls sideways."""
        found: Any = self.page.evaluate(OVERFLOW)
        return str(found or "")


class Sheet(Window):
    """A window of which nobody sees a pixel: its pages are laid out and run as in any other.

    It lies in the task bar, where a browser draws neither itself nor the page; the page believes
    that it is seen. Playwright would bring it back with each new size, so the size is not its own.
    """

    def __init__(self, page: Page, site: str) -> None:
        super().__init__(page, site)
        self.view: View | None = None
        self.tools: CDPSession = page.context.new_cdp_session(page)
        window = self.tools.send("Browser.getWindowForTarget")["windowId"]
        small = {"windowId": window, "bounds": {"windowState": "minimized"}}
        self.tools.send("Browser.setWindowBounds", small)

    def show(self, theme: Theme, size: ViewportSize) -> None:
        """As asked, unless it is so already."""
        if self.view == (theme, size):
            return
        self.view = (theme, size)
        self.page.emulate_media(color_scheme=theme)
        self.tools.send(
            "Emulation.setDeviceMetricsOverride",
            {
                **size,
                "screenWidth": size["width"],
                "screenHeight": size["height"],
                "deviceScaleFactor": 1,
                "mobile": False,
            },
        )


PATIENCE = 20_000
# A locator would be told of the same, after reading a library of its own into each page.
SETTLED = """(patience) => new Promise((settled, late) => {
  const until = performance.now() + patience;
  const look = () => {
    const waiting = document.querySelector(".htmx-request");
    if (!waiting) settled();
    else if (performance.now() > until) late(new Error("still waiting: " + waiting.outerHTML));
    else setTimeout(look, 10);
  };
  look();
})"""
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= window.innerWidth) return "";
  const wide = Array.from(document.querySelectorAll("body *")).filter(
    (el) => el.getBoundingClientRect().right > window.innerWidth + 1);
  return root.scrollWidth + " px: " + wide.slice(0, 5).map(
    (el) => el.tagName + "." + el.className).join(" > ");
}"""
