"""Looks at pages of Tidegate in Chromium; see `look`.

The pages are looked at with the policy that they are sent with: what it keeps out is a complaint. Axe is brought in from
outside of it, as a person's own tools are.
"""

import argparse
import json
import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from visitor import SCHEMES, WIDTHS, Visitor, launch

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
# Axe is asked in these: every other mixture has nothing that is in neither.
MIXTURES = [("phone", "light"), ("desk", "dark")]
# As many steps of the tabulator key are looked at on each page.
STEPS = 40

TOO_WIDE = """() => {
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over <= 0) return null;
  const culprits = [...document.querySelectorAll("body *")].filter(each =>
    each.getBoundingClientRect().right > window.innerWidth + 1 && !each.closest(".sheet, .drawing, .course, pre"));
  return `is ${over} pixels wider than the window: ` + culprits.slice(0, 3).map(each => each.outerHTML.slice(0, 120));
}"""

# Tables cut off what nobody can scroll to; text that is cut on purpose says all of it in its tip.
CUT = """() => [...document.querySelectorAll("main *")].filter(each => {
  const style = getComputedStyle(each);
  if (!["hidden", "clip"].includes(style.overflowX) || each.closest("svg, .hidden-text") || !each.offsetWidth) return false;
  return each.scrollWidth > each.clientWidth + 1 && style.textOverflow !== "ellipsis";
}).slice(0, 3).map(each => "cuts off " + each.outerHTML.slice(0, 120))"""

FOCUSED = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const box = focused.getBoundingClientRect();
  const style = getComputedStyle(focused);
  const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 2);
  const y = Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 2);
  const hit = document.elementFromPoint(x, y);
  return {
    text: focused.outerHTML.slice(0, 120), isSkip: focused.classList.contains("skip"), id: focused.id,
    isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    isInView: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    isOnTop: !!hit && (focused.contains(hit) || hit.contains(focused)),
  };
}"""

# How the runs of a dataflow are drawn in the list of dataflows.
DRAWN = """(name => [...document.querySelectorAll("tr")].find(row => row.querySelector("th a")?.textContent === name)
  .querySelector("svg").innerHTML)"""


def look_at_layout(visitor):
    if over := visitor.page.evaluate(TOO_WIDE):
        visitor.complain(over)
    for cut in visitor.page.evaluate(CUT):
        visitor.complain(cut)


def look_at_access(visitor, axe):
    for violation in axe.run(visitor.page, options=RULES).response["violations"]:
        places = [node["html"][:160] for node in violation["nodes"][:3]]
        visitor.complain(f"{violation['id']}: {violation['help']}: {places}")


def look_at_keys(visitor):
    """From the top of the page: the skip link first, then every stop visible, and the way past the top works."""
    page = visitor.page
    focus = page.evaluate(FOCUSED)
    if focus and focus["id"] == "token":
        return
    for step in range(STEPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None:
            if step < 2:
                visitor.complain("has nothing to step to by keyboard")
            break
        if step == 0 and not focus["isSkip"]:
            visitor.complain(f"begins not with the way to its content but with {focus['text']}")
        for what, sentence in [("isOutlined", "is not marked"), ("isInView", "is not in view"), ("isOnTop", "is covered")]:
            if not focus[what]:
                visitor.complain(f"the focus {sentence} at {focus['text']}")
    page.reload(wait_until="load")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "main":
        visitor.complain("has a way to its content that does not lead there")


def look(visitor, paths, is_brief):
    axe = Axe()
    for path in paths:
        path = visitor.open(path)
        page = visitor.page
        if not page.title().strip() or page.locator("h1").count() != 1:
            visitor.complain("has no title, or not one heading")
        for width, scheme in MIXTURES if is_brief else [(width, scheme) for width in WIDTHS for scheme in SCHEMES]:
            visitor.resize(width, scheme)
            visitor.where = f"{path} ({width}, {scheme})"
            look_at_layout(visitor)
            if (width, scheme) in (MIXTURES[1:] if is_brief else MIXTURES):
                look_at_access(visitor, axe)
        visitor.where = f"{path} (keyboard)"
        look_at_keys(visitor)


def look_without_scripts(visitor, paths):
    visitor.resize("phone", "light")
    for path in paths:
        visitor.open(path)
        if len(visitor.page.locator("main").inner_text().strip()) < 40:
            visitor.complain("shows nothing")
        look_at_layout(visitor)


def look_at_change(visitor, other, dataflow):
    """Runs a dataflow from another window, where no script runs, and waits for it to show up in an open one."""
    page, where = visitor.page, "/dataflows"
    visitor.open(where)
    page.locator("#live", has_text="Live.").wait_for()
    before = page.evaluate(f"{DRAWN}({json.dumps(dataflow)})")
    page.evaluate("window.sameWindow = true")
    page.locator("nav[aria-label=Pages] a[href='/audit']").focus()
    other.open(f"/dataflows/{dataflow}")
    other.page.get_by_role("button", name="Run now").click()
    if "/runs/" not in other.page.url:
        other.complain(f"says no run was made: {other.page.locator('main').inner_text()[:200]}")
    page.wait_for_function(f"([name, before]) => {DRAWN}(name) !== before", arg=[dataflow, before])
    visitor.where = f"{where} after a change"
    if not page.evaluate("window.sameWindow === true"):
        visitor.complain("was loaded anew")
    if page.evaluate("document.activeElement.getAttribute('href')") != "/audit":
        visitor.complain("took the focus away")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--brief", action="store_true", help="fewer widths and colours, nothing without scripts")
    parser.add_argument("--change", metavar="DATAFLOW", help="runs it from one window and waits for it in another")
    options = parser.parse_intermixed_args()
    complaints, token = [], os.environ["TIDEGATE_API_TOKEN"]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        visitor = Visitor(browser, options.base, token, complaints)
        # The login is looked at by whom it does not know yet.
        look(visitor, [path for path in options.paths if path == "/login"], options.brief)
        paths = [path for path in options.paths if path != "/login"]
        visitor.log_in()
        look(visitor, paths, options.brief)
        if not options.brief:
            other = Visitor(browser, options.base, token, complaints, scripts=False)
            other.log_in()
            look_without_scripts(other, paths)
            if options.change:
                look_at_change(visitor, other, options.change)
            other.close()
        visitor.close()
        browser.close()
    print(json.dumps(complaints, indent=1))


main()
