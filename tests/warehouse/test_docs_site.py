"""The docs site in a browser: it shows the marts, draws lineages, finds words, needs nothing from outside.

The dictionary beside it: every table and column in full, readable on a phone, its examples run.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Warehouse
from novoed.site.overview import lineage_of
from novoed.site.pages import write_site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

TOOLS = """
  const until = async (isReady) => {
    for (let i = 0; i < 200 && !isReady(); i++) await new Promise((go) => setTimeout(go, 50));
  };
  const text = () => document.body.innerText;
  const drawn = () => [...document.querySelectorAll("canvas")].map((canvas) => {
    if (!canvas.width || !canvas.height) return 0;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) count++;
    return count;
  });
  const leave = (found) => {
    const report = document.createElement("pre");
    report.id = "found";
    report.textContent = JSON.stringify(found);
    document.body.replaceChildren(report);
  };
"""
"""What a reader needs: to wait, to read, to look at what is drawn, and to leave what it found in the page."""

READER = """
  const marts = MARTS, found = { errors: [], pages: {} };
  window.addEventListener("error", (event) => found.errors.push(event.message));
  await until(() => text().includes("Metric cards"));
  found.overview = text();
  found.links = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"));

  document.querySelector("[title='View Lineage Graph']").click();
  await until(() => Math.max(0, ...drawn()) > 0);
  await new Promise((go) => setTimeout(go, 1000));
  found.drawn = drawn();

  const search = document.querySelector("#search");
  search.focus();
  search.dispatchEvent(new Event("focus"));
  search.value = "fulfillment";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  await until(() => /search results/i.test(text()));
  await new Promise((go) => setTimeout(go, 1000));
  found.search = text();
  document.querySelector("[ng-click='clearSearch()']").click();

  for (const mart of marts) {
    location.hash = "#!/model/" + mart;
    const name = mart.split(".").pop();
    await until(() => [...document.querySelectorAll("h1")].some((h1) => h1.innerText.trim().startsWith(name)));
    await new Promise((go) => setTimeout(go, 200));
    found.pages[mart] = text();
  }

  leave(found);
"""
"""Reads the site as a person would."""

GRAPH_READER = """
  await until(() => Math.max(0, ...drawn()) > 0);
  await new Promise((go) => setTimeout(go, 1000));
  leave({ drawn: drawn(), excluded: document.querySelector("[ng-model$='dirty.exclude']").value,
          included: document.querySelector("[ng-model$='dirty.include']").value,
          kinds: [...new Set(angular.element(document.documentElement).injector().get("graph").graph.elements
            .filter((node) => node.group === "nodes" && node.data.display === "element")
            .map((node) => node.data.resource_type))] });
"""
"""Reads what a link to a lineage graph shows."""


DICTIONARY_READER = """
  const frame = document.createElement("iframe");
  frame.width = WIDTH;
  frame.srcdoc = PAGE;
  document.body.append(frame);
  await new Promise((go) => frame.addEventListener("load", go));
  const page = frame.contentDocument;
  leave({ width: page.documentElement.scrollWidth, window: page.documentElement.clientWidth,
          text: page.body.innerText,
          broken: [...page.querySelectorAll("a[href^='#']")].map((a) => a.getAttribute("href").slice(1))
            .filter((id) => !page.getElementById(id)) });
"""
"""Reads the dictionary in a frame, as no window is that narrow: whether it is wider, and which links lead nowhere."""


@dataclass(frozen=True)
class Site:
    """The page as written, the dbt manifest behind it, what a browser saw, and how to look again."""

    page: str
    dictionary: str
    marts: dict[str, dict[str, object]]
    seen: dict[str, object]
    folder: Path


def plain(text: object) -> str:
    """Words as they look on the page, whatever the blanks, quotation marks of code and emphasis."""
    return re.sub(r"\s+", " ", re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", str(text))).strip()


@pytest.fixture(scope="module")
def site(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Site:
    run = warehouse.dbt("docs", "generate", "--static", "--quiet")
    assert run.returncode == 0, run.stdout
    folder = tmp_path_factory.mktemp("docs")
    written = write_site(warehouse.database, folder / "none.duckdb", folder / "site" / "index.html", warehouse.target)
    page, dictionary = (file.read_text(encoding="utf-8") for file in written)
    nodes = json.loads((warehouse.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    marts = {name: node for name, node in nodes.items()
             if node["resource_type"] == "model" and node["schema"] in ("marts", "audit")}  # fmt: skip
    return Site(page, dictionary, marts, _read(page, folder, READER.replace("MARTS", json.dumps(list(marts)))), folder)


def _read(page: str, folder: Path, reader: str, address: str = "#!/overview") -> dict[str, object]:
    """What a reader, a script in the page, saw there."""
    body_end = page.rindex("</body>")
    script = f"<script>(async function () {{{TOOLS}{reader}}})();</script>"
    (folder / "index.html").write_text(page[:body_end] + script + page[body_end:], encoding="utf-8")
    options = (
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1500,1000"
        " --virtual-time-budget=300000 --dump-dom"
    )
    command = [str(CHROMIUM), *options.split(), f"--user-data-dir={folder / 'profile'}"]
    url = f"{(folder / 'index.html').as_uri()}{address}"
    run = subprocess.run([*command, url], capture_output=True, text=True, timeout=240, check=False)
    report = re.search(r'<pre id="found">(.*?)</pre>', run.stdout, re.DOTALL)
    assert report, f"the browser did not finish reading: {run.stderr[-2000:]}"
    seen: dict[str, object] = json.loads(html.unescape(report[1]))
    return seen


def test_the_page_stands_alone(site: Site) -> None:
    markup = re.sub(r"<script\b.*?</script>", "", site.page, flags=re.DOTALL)
    outside = re.findall(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(https?:[^"]*)"', site.page[:20000] + markup)
    assert outside == []
    assert site.seen["errors"] == []


def test_the_overview_speaks_to_analysts(site: Site) -> None:
    overview = str(site.seen["overview"])
    for heading in ("What each mart answers", "The layers", "Metric cards", "completion_velocity_ratio",
                    "Why this differs from the platform's screen", "The known limits of the source"):  # fmt: skip
        assert heading in overview


@pytest.mark.parametrize("schema", ["marts", "audit"])
def test_every_mart_shows_its_description_and_columns(site: Site, schema: str) -> None:
    pages = site.seen["pages"]
    assert isinstance(pages, dict)
    nodes = {name: node for name, node in site.marts.items() if node["schema"] == schema}
    assert len(nodes) > 5
    for name, node in nodes.items():
        shown = plain(pages[name])
        assert plain(node["description"]) in shown, name
        columns = node["columns"]
        assert isinstance(columns, dict)
        assert columns, name
        for column, told in columns.items():
            assert column in shown, f"{name}.{column}"
            assert plain(told["description"]) in shown, f"{name}.{column}"


def test_search_finds_fulfillment(site: Site) -> None:
    results = str(site.seen["search"])
    assert re.search(r"\b[1-9]\d* search results", results), results[:500]
    assert "fct_requirement_fulfillments" in results


def test_the_lineage_graph_is_drawn(site: Site) -> None:
    drawn = site.seen["drawn"]
    assert isinstance(drawn, list)
    assert max(drawn, default=0) > 1000, drawn


def test_the_overview_says_as_of_when_and_links_report_and_dictionary(site: Site) -> None:
    assert re.search(r"As of: 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.", str(site.seen["overview"]))
    assert {"../report/index.html", "dictionary.html"} <= set(links(site))


def links(site: Site) -> list[str]:
    found = site.seen["links"]
    assert isinstance(found, list)
    return found


def test_the_overview_links_lineages_without_tests_of_all_tables_and_of_each(site: Site) -> None:
    lineages = [address for address in links(site) if address.startswith("?lineage")]
    assert lineages[0] == "?lineage#!/overview?g_v=1&g_e=test_type:singular%20config.tags:unit_test"
    names = [str(node["name"]) for node in site.marts.values()]
    assert sorted(lineages[1:]) == sorted(map(lineage_of, names))
    for address, included in (
        (lineages[0], ""),
        (lineage_of("fct_requirement_bottlenecks"), "+fct_requirement_bottlenecks+"),
    ):
        seen = _read(site.page, site.folder, GRAPH_READER, address)
        assert seen["included"] == included
        assert seen["excluded"] == "test_type:singular config.tags:unit_test"
        kinds, drawn = seen["kinds"], seen["drawn"]
        assert isinstance(kinds, list)
        assert {"model", "source"} <= {*kinds} <= {"model", "seed", "source", "semantic_model", "metric"}
        assert isinstance(drawn, list)
        assert max(drawn, default=0) > 1000, drawn


@pytest.mark.parametrize("width", [1300, 390])
def test_the_dictionary_shows_every_table_and_column_in_full(site: Site, width: int) -> None:
    page = json.dumps(site.dictionary).replace("</", "<\\/")
    seen = _read("<body></body>", site.folder, DICTIONARY_READER.replace("WIDTH", str(width)).replace("PAGE", page), "")
    assert seen["broken"] == []
    assert seen["width"] == seen["window"], "it scrolls sideways"
    assert width - 20 < int(str(seen["window"])) <= width, "it was not looked at in this width"
    shown = plain(seen["text"])
    for node in site.marts.values():
        assert f"{node['schema']}.{node['name']}" in shown
        assert plain(node["description"]) in shown
        columns = node["columns"]
        assert isinstance(columns, dict)
        for told in columns.values():
            assert plain(told["description"]) in shown, f"{node['name']}: {told['name']}"
