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
    return (kind === "share" ? 100 * value : value).toLocaleString("en-US", options) + (kind === "share" ? "%" : "");
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

  const draw = (place, spec, rows) => {
    if (!rows.length) return place.replaceChildren();
    const width = place.clientWidth;
    const fitted = structuredClone(spec);
    fitted.data = { values: rows };
    if (fitted.layer || fitted.mark) fitted.autosize = { type: "fit-x", contains: "padding" };
    const labels = Math.min(340, Math.round(width * 0.4));
    const letters = Math.floor(labels / 6.6);
    (function fit(part) {
      if (Array.isArray(part)) return part.forEach(fit);
      if (!part || typeof part !== "object") return undefined;
      if (part.labelExpr) Object.assign(part, { labelExpr: part.labelExpr.replaceAll("38", letters), labelLimit: labels });
      if (part.labelOrient) part.labelLimit = width;
      if (part.columns === 4 && width < 500) part.columns = 3;
      if (part.domain && part.domain[1] === 1.25) part.domain = [0, 1 + 90 / Math.max(90, width - labels - 90)];
      return Object.entries(part).forEach(([name, inner]) => name !== "data" && fit(inner));
    })(fitted);
    if (width < 500) fitted.config.legend.columns = 1;
    if (fitted.spec) fitted.spec.width = Math.max(120, width - labels - 30);
    return vegaEmbed(place, fitted, { actions: false, renderer: "svg", tooltip: { theme: "custom" } })
      .then(() => place.querySelector("svg").setAttribute("aria-hidden", "true"));
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
    return Promise.all([...article.querySelectorAll(".chart")].map((place, i) => draw(place, figure.charts[i], rows)));
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
