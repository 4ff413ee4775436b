"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [all0, all1] = [data.from, data.to];
  const left = 8, right = 66, bottom = 20, top = 8;
  let [from, to] = [all0, all1];
  let isLog = false;
  let chosen = 0;
  const money = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const number = value => Math.abs(value) >= 1000 ? money.format(value) : String(+value.toPrecision(6));
  const percent = value => (value * 100).toFixed(2) + " %";
  const two = value => String(value).padStart(2, "0");
  const day = ms => new Date(ms).toISOString().slice(0, 10);
  const minute = ms => { const time = new Date(ms).toISOString(); return time.slice(0, 10) + " " + time.slice(11, 16); };
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  // First index whose time is at or after a moment.
  function at(times, ms) {
    let [low, high] = [0, times.length];
    while (low < high) { const middle = (low + high) >> 1; if (times[middle] < ms) { low = middle + 1; } else { high = middle; } }
    return low;
  }

  function niceStep(range, count) {
    const rough = range / count, power = 10 ** Math.floor(Math.log10(rough)), share = rough / power;
    return power * (share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10);
  }

  function ticksOfValue(low, high, count) {
    const step = niceStep(high - low || 1, count), ticks = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) { ticks.push(+tick.toPrecision(12)); }
    return ticks;
  }

  function ticksOfTime(count) {
    const span = to - from, hour = 3600000, dayMs = 24 * hour, ticks = [];
    const monthsSpan = span / (30.4 * dayMs) / count;
    if (monthsSpan > 0.8) {
      const step = [1, 2, 3, 6, 12, 24, 60, 120].find(one => one >= monthsSpan) || 240, start = new Date(from);
      for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
        const ms = Date.UTC(Math.floor(month / 12), month % 12);
        if (ms > to) { return ticks; }
        if (ms >= from) { ticks.push([ms, month % 12 === 0 ? String(Math.floor(month / 12)) : months[month % 12]]); }
      }
    }
    const step = [1 / 60, 1 / 12, .25, .5, 1, 2, 4, 6, 12, 24, 48, 96, 168, 336].map(one => one * hour).find(one => one >= span / count) || 336 * hour;
    for (let ms = Math.ceil(from / step) * step; ms <= to; ms += step) {
      const time = new Date(ms), hours = two(time.getUTCHours()) + ":" + two(time.getUTCMinutes());
      ticks.push([ms, hours === "00:00" ? time.getUTCDate() + " " + months[time.getUTCMonth()] : hours]);
    }
    return ticks;
  }

  const charts = [];

  class Chart {
    constructor(id, height, draw, tell) {
      this.svg = document.getElementById(id);
      this.out = document.getElementById(id + "-readout");
      [this.height, this.draw, this.tell] = [height, draw, tell];
      charts.push(this);
      let drag = null;
      this.svg.addEventListener("wheel", event => {
        event.preventDefault();
        zoom(event.deltaY > 0 ? 1.25 : .8, this.time(event));
      }, { passive: false });
      this.svg.addEventListener("pointerdown", event => {
        drag = { x: event.clientX, from, to };
        this.svg.setPointerCapture(event.pointerId);
      });
      this.svg.addEventListener("pointermove", event => {
        if (drag) {
          const by = (drag.x - event.clientX) / this.plot() * (drag.to - drag.from) * this.width / this.svg.getBoundingClientRect().width;
          show(drag.from + by, drag.to + by);
        } else {
          point(this.time(event));
        }
      });
      for (const name of ["pointerup", "pointercancel"]) { this.svg.addEventListener(name, () => { drag = null; }); }
      this.svg.addEventListener("pointerleave", () => point(null));
      this.svg.addEventListener("dblclick", () => show(all0, all1));
    }

    plot() { return this.width - left - right; }

    time(event) {
      const box = this.svg.getBoundingClientRect();
      return from + ((event.clientX - box.left) * this.width / box.width - left) / this.plot() * (to - from);
    }

    x(ms) { return left + (ms - from) / (to - from) * this.plot(); }

    // Makes the scale of values, with its lines and words.
    scale(low, high, words, log) {
      if (low === high) { [low, high] = [low - 1, high + 1]; }
      const [a, b] = log ? [Math.log(low), Math.log(high)] : [low, high], pad = (b - a) * .05;
      const y = value => top + (1 - ((log ? Math.log(value) : value) - a + pad) / (b - a + 2 * pad)) * (this.height - top - bottom);
      const ticks = ticksOfValue(low, high, Math.max(2, this.height / 55));
      let out = "";
      for (const tick of ticks) {
        const at = y(tick).toFixed(1);
        out += `<line class="grid" x1="${left}" x2="${this.width - right}" y1="${at}" y2="${at}"/><text x="${this.width - right + 6}" y="${at}" dy="4">${words(tick)}</text>`;
      }
      for (const [ms, word] of ticksOfTime(this.width / 110)) {
        const at = this.x(ms).toFixed(1);
        out += `<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${this.height - bottom}"/><text x="${at}" y="${this.height - 5}" text-anchor="middle">${word}</text>`;
      }
      return { y, out };
    }

    // Points of a line in view, the least and most of each pixel.
    line(times, values, y) {
      const start = Math.max(0, at(times, from) - 1), end = Math.min(times.length, at(times, to) + 1);
      const every = Math.max(1, Math.floor((end - start) / this.plot())), points = [];
      for (let i = start; i < end; i += every) {
        let [low, high] = [i, i];
        for (let k = i; k < Math.min(end, i + every); k++) { if (values[k] < values[low]) { low = k; } if (values[k] > values[high]) { high = k; } }
        for (const k of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
          points.push(Math.min(this.width - right, Math.max(left, this.x(times[k]))).toFixed(1) + " " + y(values[k]).toFixed(1));
        }
      }
      return points;
    }

    render() {
      this.width = Math.max(320, Math.round(this.svg.getBoundingClientRect().width || 1000));
      this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
      this.svg.innerHTML = this.draw(this) + `<line class="cross" y1="${top}" y2="${this.height - bottom}" visibility="hidden"/>`;
    }

    point(ms) {
      const cross = this.svg.querySelector(".cross");
      if (ms === null || ms < from || ms > to) { cross.setAttribute("visibility", "hidden"); this.out.textContent = ""; return; }
      const at = this.x(ms);
      cross.setAttribute("x1", at); cross.setAttribute("x2", at); cross.setAttribute("visibility", "visible");
      this.out.textContent = this.tell(ms);
    }
  }

  function visible(times) { return [Math.max(0, at(times, from) - 1), Math.min(times.length, at(times, to) + 1)]; }

  function drawEquity(chart) {
    const { t, v, b } = data.equity, [start, end] = visible(t);
    let [low, high] = [Infinity, -Infinity];
    for (let i = start; i < end; i++) { low = Math.min(low, v[i], b ? b[i] : v[i]); high = Math.max(high, v[i], b ? b[i] : v[i]); }
    const { y, out } = chart.scale(low, high, number, isLog && low > 0), ours = chart.line(t, v, y), foot = chart.height - bottom;
    const area = ours.length ? `<path class="ours-area" d="M${ours[0].split(" ")[0]} ${foot}L${ours.join("L")}L${ours[ours.length - 1].split(" ")[0]} ${foot}Z"/>` : "";
    return out + area + (b ? `<path class="hold" d="M${chart.line(t, b, y).join("L")}"/>` : "") + `<path class="ours" d="M${ours.join("L")}"/>`;
  }

  function tellEquity(ms) {
    const { t, v, b } = data.equity, i = Math.min(t.length - 1, at(t, ms));
    return `${minute(t[i])}   equity ${number(v[i])}` + (b ? `   buy and hold ${number(b[i])}` : "");
  }

  function drawDrawdown(chart) {
    const { t, d } = data.equity, [start, end] = visible(t);
    let low = 0;
    for (let i = start; i < end; i++) { low = Math.min(low, d[i]); }
    const { y, out } = chart.scale(low, 0, value => (Math.abs(value) * -100 || 0).toFixed(low < -.05 ? 0 : 1) + " %"), points = chart.line(t, d, y);
    return points.length ? out + `<path class="dd" d="M${points[0].split(" ")[0]} ${y(0)}L${points.join("L")}L${points[points.length - 1].split(" ")[0]} ${y(0)}Z"/>` : out;
  }

  function tellDrawdown(ms) {
    const { t, d } = data.equity, i = Math.min(t.length - 1, at(t, ms));
    return `${minute(t[i])}   ${percent(d[i])} below the highest equity so far`;
  }

  // Candles in view, several in one where they would be narrower than three pixels.
  function candlesInView(series, most) {
    const [start, end] = visible(series.t), every = Math.max(1, Math.ceil((end - start) / most)), found = [];
    for (let i = Math.floor(start / every) * every; i < end; i += every) {
      const last = Math.min(series.t.length, i + every) - 1;
      let [high, low] = [series.h[i], series.l[i]];
      for (let k = i + 1; k <= last; k++) { high = Math.max(high, series.h[k]); low = Math.min(low, series.l[k]); }
      found.push({ from: series.t[i], to: series.e[last], o: series.o[i], h: high, l: low, c: series.c[last] });
    }
    return found;
  }

  function drawCandles(chart) {
    const series = data.series[chosen], candles = candlesInView(series, chart.plot() / 4);
    let [low, high] = [Infinity, -Infinity];
    for (const one of candles) { low = Math.min(low, one.l); high = Math.max(high, one.h); }
    if (low > high) { [low, high] = [0, 1]; }
    const { y, out } = chart.scale(low, high, number, isLog && low > 0), parts = [out];
    for (const one of candles) {
      const width = Math.max(1, (chart.x(one.to) - chart.x(one.from)) * .7), middle = (chart.x(one.from) + chart.x(one.to)) / 2;
      const kind = one.c >= one.o ? "c-up" : "c-down", body = Math.max(1, Math.abs(y(one.o) - y(one.c)));
      if (middle < left || middle > chart.width - right) { continue; }
      parts.push(`<path class="wick ${kind}" d="M${middle.toFixed(1)} ${y(one.h).toFixed(1)}V${y(one.l).toFixed(1)}"/>`
        + `<rect class="${kind}" x="${(middle - width / 2).toFixed(1)}" y="${Math.min(y(one.o), y(one.c)).toFixed(1)}" width="${width.toFixed(1)}" height="${body.toFixed(1)}"/>`);
    }
    const seen = series.trades.filter(trade => trade[2] >= from && trade[0] <= to), marks = seen.length <= 400;
    const half = series.t.length > 1 ? (series.e[0] - series.t[0]) / 2 : 0;
    const inside = ms => ms >= from && ms <= to;
    for (const [entry, entryPrice, exit, exitPrice, isLong, profit] of seen) {
      const [x1, x2, y1, y2] = [chart.x(entry + half), chart.x(exit + half), y(entryPrice), y(exitPrice)];
      const clip = x => Math.min(chart.width - right, Math.max(left, x)), slope = x2 === x1 ? 0 : (y2 - y1) / (x2 - x1);
      parts.push(`<line class="${profit > 0 ? "won" : "lost"}" x1="${clip(x1)}" y1="${y1 + (clip(x1) - x1) * slope}" x2="${clip(x2)}" y2="${y1 + (clip(x2) - x1) * slope}"/>`);
      if (marks && inside(entry)) {
        parts.push(isLong ? `<path class="m-long" d="M${x1} ${y1}l6 10h-12z"/>` : `<path class="m-short" d="M${x1} ${y1}l6 -10h-12z"/>`);
      }
      if (marks && inside(exit)) { parts.push(`<circle class="m-exit" cx="${x2}" cy="${y2}" r="3.6"/>`); }
    }
    return parts.join("");
  }

  function tellCandle(ms) {
    const series = data.series[chosen], i = at(series.t, ms) - 1;
    if (i < 0) { return ""; }
    const near = series.trades.filter(trade => trade[0] <= ms && trade[2] >= ms)
      .map(trade => `${trade[4] ? "long" : "short"} from ${number(trade[1])}, ${percent(trade[6])} in the end`).slice(0, 2).join("; ");
    return `${minute(series.t[i])}   open ${number(series.o[i])}   high ${number(series.h[i])}   low ${number(series.l[i])}   close ${number(series.c[i])}   ${near}`;
  }

  function show(newFrom, newTo) {
    const shortest = Math.max(60000, (all1 - all0) / 5000), span = Math.min(all1 - all0, Math.max(shortest, newTo - newFrom));
    from = Math.max(all0, Math.min(newFrom, all1 - span));
    to = from + span;
    requestAnimationFrame(render);
  }

  function zoom(by, around) { show(around - (around - from) * by, around + (to - around) * by); }

  function point(ms) { for (const chart of charts) { chart.point(ms); } }

  function render() {
    for (const chart of charts) { chart.render(); }
    const shown = document.getElementById("shown");
    shown.textContent = `${day(from)} to ${day(to)}`;
  }

  new Chart("equity", 280, drawEquity, tellEquity);
  new Chart("drawdown", 150, drawDrawdown, tellDrawdown);
  new Chart("candles", 420, drawCandles, tellCandle);
  const act = { in: () => zoom(.6, (from + to) / 2), out: () => zoom(1 / .6, (from + to) / 2), all: () => show(all0, all1),
    back: () => show(from - (to - from) / 2, to - (to - from) / 2), on: () => show(from + (to - from) / 2, to + (to - from) / 2) };
  for (const button of document.querySelectorAll("button[data-do]")) { button.addEventListener("click", act[button.dataset.do]); }
  const log = document.getElementById("log");
  log.addEventListener("click", () => { isLog = !isLog; log.setAttribute("aria-pressed", isLog); render(); });
  const choice = document.getElementById("series");
  if (choice) { choice.addEventListener("change", () => { chosen = choice.selectedIndex; render(); }); }
  addEventListener("resize", () => requestAnimationFrame(render));
  addEventListener("beforeprint", render);
  render();
})();
