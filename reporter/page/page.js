"use strict";
// Shows another choice of a figure: its title, note, charts and table, all of them computed when the page was written.
(() => {
  const figures = JSON.parse(document.getElementById("report-data").textContent);
  const course = document.getElementById("course");
  const digits = { count: 0, number: 1, fine: 2 };

  const shown = (value, kind) => {
    if (value === null || value === "") return "–";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value === "string") return value;
    const places = kind === "share" ? 1 : digits[kind];
    const options = { minimumFractionDigits: places, maximumFractionDigits: places };
    const number = (kind === "share" ? 100 * value : value).toLocaleString("en-US", options).replace("-", "−");
    return number + (kind === "share" ? "%" : "");
  };

  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const stateOf = (article, figure) => {
    const own = article.querySelector(".choice select");
    const keys = [own && own.value, figure.followsCourse && course && course.value].filter((key) => key);
    const key = keys.join("|") || figure.first;
    if (figure.states[key]) return figure.states[key];
    // A figure that is of one course at a time shows the largest one until a course is chosen.
    if (!own && course && course.value === "all") return figure.states[figure.first];
    return { title: "Nothing to show for this choice", note: "There are no data for it, or the group is too small.", rows: [] };
  };

  const records = (figure, state) =>
    state.rows.map((row) => Object.fromEntries(figure.fields.map((field, i) => [field, row[i]])));

  // Names in one line, or in two where there is little room; what is too long for that loses its middle.
  const names = (letters, lines) => {
    const short = (text) => `length(${text}) <= ${letters} ? ${text} : slice(${text}, 0, ${Math.round(letters * 0.6) - 1})`
      + ` + "…" + slice(${text}, -${Math.round(letters * 0.4)})`;
    if (lines === 1) return short("datum.label");
    const cut = `max(lastindexof(slice(datum.label, 0, ${letters + 1}), " "), ${Math.round(letters / 2)})`;
    return `length(datum.label) <= ${letters} ? datum.label`
      + ` : [slice(datum.label, 0, ${cut}), ${short(`trim(slice(datum.label, ${cut}))`)}]`;
  };

  const draw = (place, spec, rows) => {
    if (!rows.length) return place.replaceChildren();
    const width = place.clientWidth;
    const isNarrow = width < 500;
    const labels = Math.min(340, Math.round(width * 0.4));
    const fitted = structuredClone(spec);
    fitted.data = { values: rows };
    fitted.autosize = { type: "fit-x", contains: "padding" };
    if (isNarrow && fitted.height.step) fitted.height.step = 31;
    if (isNarrow) fitted.config.legend.columns = 1;
    (function fit(part) {
      if (Array.isArray(part)) return part.forEach(fit);
      if (!part || typeof part !== "object") return undefined;
      if (part.labelExpr) {
        part.labelExpr = names(Math.floor(labels / 6.6), isNarrow ? 2 : 1);
        part.labelLimit = labels + 10;
      }
      if (part.columns === 4 && isNarrow) part.columns = 3;
      if (part.domain && part.domain[1] === 1.25) part.domain = [0, 1 + 90 / Math.max(90, width - labels - 90)];
      return Object.entries(part).forEach(([name, inner]) => name !== "data" && fit(inner));
    })(fitted);
    return vegaEmbed(place, fitted, { actions: false, renderer: "svg", tooltip: { theme: "custom" } })
      .then(() => place.querySelector("svg").setAttribute("aria-hidden", "true"));
  };

  const drawAll = (article, figure, rows) => {
    const charts = article.querySelector(".charts");
    if (!charts) return undefined;
    if (!figure.panels) return [...charts.querySelectorAll(".chart")].map((place, i) => draw(place, figure.charts[i], rows));
    const groups = new Map();
    for (const row of rows) groups.set(row[figure.panels], [...(groups.get(row[figure.panels]) || []), row]);
    charts.emptyPanel = charts.emptyPanel || charts.querySelector(".panel");
    charts.replaceChildren(...[...groups.keys()].map((label) => {
      const panel = charts.emptyPanel.cloneNode(true);
      panel.querySelector(".label").textContent = label;
      return panel;
    }));
    return [...groups.values()].map((part, i) => draw(charts.children[i].querySelector(".chart"), figure.charts[0], part));
  };

  const fill = (table, figure, rows) => {
    const body = table.querySelector("tbody");
    body.replaceChildren(...rows.map((row) => {
      const line = document.createElement("tr");
      line.append(...figure.columns.map(([name, kind], i) =>
        element(i ? "td" : "th", shown(row[name], kind), kind === "text" ? "gt_row gt_left" : "gt_row gt_right")));
      line.firstChild.setAttribute("scope", "row");
      return line;
    }));
  };

  const show = (article, isFirst) => {
    const figure = figures[article.dataset.figure];
    const state = stateOf(article, figure);
    const rows = records(figure, state);
    if (!isFirst) {
      article.querySelector(".title").textContent = state.title;
      article.querySelector(".note").textContent = state.note;
      const tiles = article.querySelector(".tiles");
      if (tiles) {
        tiles.replaceChildren(...rows.map((row) => {
          const tile = document.createElement("div");
          const numbers = document.createElement("dd");
          numbers.append(element("span", row.now, "now"), " ", element("span", row.change, "change"));
          tile.append(element("dt", row.label), numbers);
          return tile;
        }));
      }
      const table = article.querySelector("table");
      if (table) {
        fill(table, figure, rows);
        article.querySelector("details.table, .wide.open").hidden = !rows.length;
      }
    }
    return Promise.all(drawAll(article, figure, rows) || []);
  };

  const articles = [...document.querySelectorAll("[data-figure]")];
  for (const hidden of document.querySelectorAll(".bar, .choice")) hidden.hidden = false;
  for (const article of articles) {
    const own = article.querySelector(".choice select");
    if (own) own.addEventListener("change", () => show(article));
  }
  if (course) {
    course.addEventListener("change", () => {
      for (const article of articles) if (figures[article.dataset.figure].followsCourse) show(article);
    });
  }
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    for (const article of articles) show(article);
  });
  window.reportIsDrawn = Promise.all(articles.map((article) => show(article, true)));
})();
