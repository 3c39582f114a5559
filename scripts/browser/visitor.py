"""Somebody with a browser who writes down whatever is wrong."""

import os

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
SCHEMES = ("light", "dark")
# What a page of this server is allowed to load from.
OWN = ("data:", "blob:")


def launch(playwright):
    """The system's Chromium; none is ever downloaded."""
    return playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        # As root, and in containers, there is no sandbox, and little shared memory.
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )


class Visitor:
    """One visit to the pages, with what it has to complain about."""

    def __init__(self, browser, base, token, complaints, scripts=True):
        self.base, self.token, self.complaints = base, token, complaints
        self.scripts = scripts
        self.where = "/login"
        self.context = browser.new_context(java_script_enabled=scripts, reduced_motion="reduce")
        self.page = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complain(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        return page

    def complain(self, what):
        self.complaints.append(f"{self.where}: {what}")

    def _said(self, message):
        # Of a page that is not there the browser says so itself; what is expected is asked of the answer.
        is_status = message.text.startswith("Failed to load resource") and message.location.get("url") == self.page.url
        if message.type in ("error", "warning") and not is_status:
            self.complain(message.text)

    def _asked(self, url):
        if not url.startswith((self.base + "/", *OWN)):
            self.complain(f"asks for {url}")

    def log_in(self):
        self.page.goto(self.base + "/login")
        self.page.fill("input[type=password]", self.token)
        self.page.click("form button")
        self.page.wait_for_url(lambda address: "/login" not in address)

    def open(self, path):
        """The path may begin with the status that is expected: `404:/nowhere`."""
        status, path = path.split(":", 1) if path[:1].isdigit() else ("200", path)
        self.where = path + ("" if self.scripts else " without scripts")
        answer = self.page.goto(self.base + path, wait_until="load")
        if answer.status != int(status):
            self.complain(f"answers {answer.status}")
        return path

    def resize(self, width, scheme):
        self.page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width])))
        self.page.emulate_media(color_scheme=scheme)

    def close(self):
        self.context.close()
