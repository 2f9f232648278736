"""The page in a browser: its filters, on a phone, with a screen reader."""

from __future__ import annotations

import html
import importlib.resources
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report_page import Report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

READER = """
  const errors = [];
  window.addEventListener("error", (event) => errors.push(event.message));
  window.addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
  window.addEventListener("load", async () => {
    const pause = () => new Promise((go) => setTimeout(go, 300));
    const text = (selector) => document.querySelector(selector).innerText;
    const choose = async (selector, value) => {
      const select = document.querySelector(selector);
      select.value = value;
      select.dispatchEvent(new Event("change"));
      await pause();
    };
    const cells = (body) => [...body.querySelectorAll("th, td")].map((cell) => cell.textContent.trim()).join("|");
    const tables = () => [...document.querySelectorAll("tbody")].map(cells);
    await window.reportIsDrawn;
    const found = { width: window.innerWidth, scrolls: document.documentElement.scrollWidth };
    found.charts = [...document.querySelectorAll("[data-figure]")].filter((one) => one.querySelector(".charts"))
      .map((one) => [one.dataset.figure, one.querySelectorAll(".chart svg path, .chart svg text").length]);
    const [first, before] = [text("#title-headline"), tables()];
    const course = document.querySelector("#course").options[1];
    await choose("#course", course.value);
    found.course = course.value;
    found.ofCourse = { title: text("#title-headline"), funnel: text("#title-funnel"), same: text("#title-fulfillment"),
      outstanding: document.querySelector("#figure-outstanding tbody").rows.length };
    const months = document.querySelector("#choice-completion-by-course");
    await choose("#choice-completion-by-course", months.options[6].value);
    found.month = [months.options[6].value, document.querySelector("#figure-completion-by-course tbody").rows.length];
    await choose("#choice-completion-by-course", "all");
    await choose("#course", "all");
    found.isBack = [first === text("#title-headline"), ...tables().map((body, i) => body === before[i])];
    // Every row of a table is like its first ones, and nobody hears what is in a chart.
    for (const row of document.querySelectorAll("tbody tr:nth-child(n + 4)")) row.remove();
    for (const svg of document.querySelectorAll("svg[aria-hidden]")) svg.replaceChildren();
    for (const details of document.querySelectorAll("details")) details.open = true;
    found.axe = (await axe.run()).violations.map((one) => [one.impact, one.id, one.nodes[0].html]);
    found.errors = errors;
    parent.postMessage(JSON.stringify(found), "*");
  });
"""
"""Uses the page as a person would, and a screen reader's checks."""

FRAME = """<!doctype html><iframe src="page.html" style="width: {width}px; height: 900px; border: 0"></iframe><script>
window.addEventListener("message", (event) => {{
  const report = document.createElement("pre");
  report.id = "found";
  report.textContent = event.data;
  document.body.replaceChildren(report);
}});
</script>"""
"""A window as narrow as a phone's, which the browser itself cannot have."""


def use(page: str, folder: Path, width: int) -> dict[str, Any]:
    """What the reader found in a window of this width."""
    axe = importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    end = page.rindex("<script>")
    added = f"<script>{axe}</script><script>{READER}</script>"
    (folder / "page.html").write_text(page[:end] + added + page[end:], encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    options = (
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1400,1000"
        " --virtual-time-budget=120000 --dump-dom"
    )
    command = [str(CHROMIUM), *options.split(), f"--user-data-dir={folder / 'profile'}"]
    url = (folder / "frame.html").as_uri()
    run = subprocess.run([*command, url], capture_output=True, text=True, timeout=240, check=False)
    report = re.search(r'<pre id="found">(.*?)</pre>', run.stdout, re.DOTALL)
    assert report, f"the browser did not finish reading: {run.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(html.unescape(report[1]))
    return found


@pytest.mark.parametrize("width", [1300, 390])
def test_the_page_works_for_everybody(report: Report, tmp_path: Path, width: int) -> None:
    found = use(report.page, tmp_path, width)
    assert found["errors"] == []
    assert found["width"] == width
    assert found["scrolls"] <= width, "the page is wider than the window"
    assert [name for name, marks in found["charts"] if marks < 5] == []

    course = report.figures["headline"]["states"][found["course"]]
    assert found["ofCourse"]["title"] == course["title"]
    assert found["ofCourse"]["funnel"] == report.figures["funnel"]["states"][found["course"]]["title"]
    assert found["ofCourse"]["same"] == report.figures["fulfillment"]["states"]["all"]["title"]
    assert found["ofCourse"]["outstanding"] == len(report.states("outstanding").get(found["course"], []))
    month, rows = found["month"]
    assert rows == len(report.states("completion-by-course")[month])
    # The browser writes numbers as the page had them.
    assert all(found["isBack"]), found["isBack"]

    assert [finding for finding in found["axe"] if finding[0] in ("serious", "critical")] == []
