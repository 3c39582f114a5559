"""Photographs the pages; see `screenshots`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

from visitor import Visitor, launch

TOKEN = "token-of-the-screenshots"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def pictures(runs):
    return [
        ("today-light", "/", DESK, "light"),
        ("today-phone-dark", "/", PHONE, "dark"),
        ("dataflows-dark", "/dataflows", DESK, "dark"),
        ("dataflow-light", "/dataflows/vip-nightly", DESK, "light"),
        ("run-light", f"/runs/{runs['vip-nightly']['completed']}", DESK, "light"),
        ("run-failed-phone-light", f"/runs/{runs['vip-nightly']['failed']}", PHONE, "light"),
        ("segments-light", "/segments", DESK, "light"),
        ("segment-dark", "/segments/vip?with=newsletter-ready", DESK, "dark"),
    ]


class Example:
    """The job files of the example in a folder of their own, and a server of them while it is open."""

    def __init__(self, binary, root, folder):
        self.binary, self.folder = binary, folder
        self.history = os.path.join(root, "scripts/browser/history")
        jobs = os.path.join(root, "jobs")
        shutil.copytree(jobs, os.path.join(folder, "jobs"), ignore=shutil.ignore_patterns("outbox"))

    def __enter__(self):
        customers = os.path.join(self.folder, "jobs/data/customers.csv")
        with open(customers) as file:
            lines = file.readlines()
        # Yesterday there were fewer of them, and some thought otherwise, so that today some joined and others left.
        with open(customers, "w") as file:
            for number, line in enumerate(lines):
                if number == 0 or number % 60:
                    file.write(line if number == 0 or number % 90 else line.replace(",false,", ",true,"))
        for verb in ["apply", "ingest", "segment"]:
            self._tidegate(verb)
        with open(customers, "w") as file:
            file.writelines(lines)
        data = os.path.join(self.folder, "data")
        said = subprocess.run([self.history, data, "--runs", "45", "--snapshots", "30"], check=True, capture_output=True)
        self.runs = json.loads(said.stdout)
        self._tidegate("run", "--once")
        self.process = subprocess.Popen(
            self._command("run", "--listen", "127.0.0.1:0"), cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "TIDEGATE_API_TOKEN": TOKEN},
        )
        for line in self.process.stderr:
            if found := re.search(r"listening address=(\S+)", line):
                self.base = f"http://{found[1]}"
                return self
        raise SystemExit("the server did not say where it listens")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()

    def _command(self, *arguments):
        return [self.binary, *arguments, "--jobs", "jobs", "--data", "data"]

    def _tidegate(self, *arguments):
        subprocess.run(self._command(*arguments), check=True, cwd=self.folder, capture_output=True)


def main():
    binary, root = sys.argv[1:]
    place = os.path.join(root, "docs/screenshots")
    os.makedirs(place, exist_ok=True)
    complaints = []
    # Its name is on the pictures.
    folder = os.path.join(tempfile.gettempdir(), "example")
    os.mkdir(folder)
    try:
        photograph(binary, root, folder, place, complaints)
    finally:
        shutil.rmtree(folder)
    if complaints:
        raise SystemExit("\n".join(complaints))


def photograph(binary, root, folder, place, complaints):
    with Example(binary, root, folder) as example, sync_playwright() as playwright:
        browser = launch(playwright)
        visitor = Visitor(browser, example.base, TOKEN, complaints)
        visitor.log_in()
        for name, path, size, scheme in pictures(example.runs):
            visitor.page.set_viewport_size(size)
            visitor.page.emulate_media(color_scheme=scheme)
            visitor.open(path)
            visitor.page.locator("#live", has_text="Live.").wait_for()
            visitor.page.screenshot(path=os.path.join(place, f"{name}.png"))
        browser.close()


main()
