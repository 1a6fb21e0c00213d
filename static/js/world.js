/* The world: day and night, desks, a light for each open case at its accountable desk, arcs for what moves next.
   Reads <script type="application/json" id="world-data">, again after each live update. The table says the same. */
(function () {
  "use strict";
  const box = document.querySelector("[data-world]");
  if (!box || !globalThis.d3 || !globalThis.topojson) return;
  const NS = "http://www.w3.org/2000/svg", R = Math.PI / 180, MAX_LIGHTS = 24;
  const stage = box.querySelector(".stage"), slider = box.querySelector("input[type=range]"), out = box.querySelector("output"), play = box.querySelector("[data-play]");
  const land = topojson.feature(ALLIANCE_LAND, ALLIANCE_LAND.objects.land), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const read = () => JSON.parse(document.getElementById("world-data").textContent);
  let D = read(), base = Date.parse(D.now), opened = Date.now(), shift = 0, raf = 0;
  const miller = d3.geoProjection((l, p) => [l, 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * p))]);
  const el = (n, a, p) => { const e = document.createElementNS(NS, n); for (const k in a) e.setAttribute(k, a[k]); if (p) p.appendChild(e); return e; };
  const clock = (t, z, day) => new Intl.DateTimeFormat(D.lang, { timeZone: z, hour: "2-digit", minute: "2-digit", hourCycle: "h23", weekday: day ? "short" : undefined }).format(t).replace(/(\p{Script=Han})(\d)/u, "$1 $2");

  /* Subsolar point: low-precision solar coordinates, good to about 0.01 degree. */
  function sun(ms) {
    const d = ms / 864e5 - 10957.5, g = (357.529 + 0.98560028 * d) * R, q = 280.459 + 0.98564736 * d, L = (q + 1.915 * Math.sin(g) + 0.020 * Math.sin(2 * g)) * R, e = (23.439 - 3.6e-7 * d) * R;
    const ra = Math.atan2(Math.cos(e) * Math.sin(L), Math.cos(L)) / R, dec = Math.asin(Math.sin(e) * Math.sin(L)) / R, gmst = 280.46061837 + 360.98564736629 * d;
    return [((ra - gmst + 540) % 360 + 360) % 360 - 180, dec];
  }
  const onDuty = (k, ms) => k.on.some((s) => Date.parse(s[0]) <= ms && ms < Date.parse(s[1]));
  const seat = (xy, n) => { const r = 9 + 2.1 * Math.sqrt(n * 2.2), a = n * 2.39996; return [xy[0] + r * Math.cos(a), xy[1] + r * Math.sin(a)]; };

  let svg, proj, path, W, H;
  const gl = {}, lights = new Map();
  function draw() {
    W = Math.max(320, stage.clientWidth); H = Math.round(Math.max(250, Math.min(W * 0.475, 420)));
    stage.textContent = ""; svg = el("svg", { class: "map", viewBox: "0 0 " + W + " " + H, height: H, role: "img", "aria-label": D.aria }, stage);
    const small = W < 560, s = small ? W / 5.0 : W / (2 * Math.PI);
    proj = miller.scale(s).translate([0, 0]).rotate([small ? -20 : -11, 0]);
    proj.translate([W / 2, -proj([0, small ? 74 : 77])[1]]);
    const most = proj([0, -57])[1] + 18; H = small ? Math.round(most) : Math.round(Math.min(H, most));
    svg.setAttribute("viewBox", "0 0 " + W + " " + H); svg.setAttribute("height", H);
    path = d3.geoPath(proj);
    el("path", { class: "land", d: path(land) }, svg);
    gl.dusk = ["d0", "d1", "d2", "d3"].map((c) => el("path", { class: "dusk " + c }, svg));
    gl.term = el("path", { class: "term" }, svg); gl.sun = el("g", {}, svg);
    gl.arcs = el("g", {}, svg); gl.cases = el("g", {}, svg); gl.desks = el("g", {}, svg);
    el("rect", { class: "ruler", x: 0, y: H - 18, width: W, height: 18 }, svg); gl.ruler = el("g", {}, svg);
    lights.clear(); arcs(); update();
  }
  function arcs() {
    gl.arcs.textContent = "";
    gl.arcEls = D.arcs.filter((a) => D.desks[a.from] && D.desks[a.to]).map((a) => {
      const e = el("path", { class: "arc " + a.state, d: path({ type: "LineString", coordinates: [D.desks[a.from].at, D.desks[a.to].at] }) }, gl.arcs);
      el("title", {}, e).textContent = D.desks[a.from].name + " → " + D.desks[a.to].name + " · " + clock(Date.parse(a.at), D.zone) + " · " + a.count;
      return { e: e, at: Date.parse(a.at) };
    });
  }
  /* A light is one case: it keeps its element, so that a new desk makes it travel. */
  function light(id, severity, held, to) {
    let g = lights.get(id);
    if (!g) { g = el("g", { class: "case-move" }, gl.cases); el("circle", { cx: 0, cy: 0, r: 1.9 }, g); lights.set(id, g); }
    g.firstChild.setAttribute("class", "case" + (severity === "urgent" || held ? " u" : ""));
    const from = g.dataset.at ? g.dataset.at.split(",").map(Number) : null;
    g.dataset.at = to[0] + "," + to[1];
    if (!from || still || Math.hypot(from[0] - to[0], from[1] - to[1]) < 40) { g.setAttribute("transform", "translate(" + to + ")"); return; }
    const started = performance.now();
    (function step(now) {
      const k = Math.min(1, (now - started) / 900), ease = k * k * (3 - 2 * k), lift = Math.sin(Math.PI * k) * 26;
      g.setAttribute("transform", "translate(" + (from[0] + (to[0] - from[0]) * ease) + " " + (from[1] + (to[1] - from[1]) * ease - lift) + ")");
      if (k < 1) requestAnimationFrame(step);
    })(started);
  }
  function labels(placed, x, y, w) {
    /* The first free of four places around the dot, else none: one label per desk, none on another. */
    const spots = [[14, 4, "start"], [-14, 4, "end"], [14, -10, "start"], [14, 18, "start"], [-14, -10, "end"], [-14, 18, "end"]];
    for (const s of spots) {
      const left = s[2] === "start" ? x + s[0] : x + s[0] - w, b = [left, y + s[1] - 12, left + w, y + s[1] + 3];
      if (left < 2 || left + w > W - 2 || b[3] > H - 18) continue;
      if (placed.some((p) => p[0] < b[2] && b[0] < p[2] && p[1] < b[3] && b[1] < p[3])) continue;
      placed.push(b); return s;
    }
    return null;
  }
  function update() {
    const t = base + shift * 6e4 + (shift ? 0 : Date.now() - opened), p = sun(t), anti = [p[0] + 180, -p[1]];
    [90, 84, 78, 72].forEach((r, j) => gl.dusk[j].setAttribute("d", path(d3.geoCircle().center(anti).radius(r).precision(2)())));
    gl.term.setAttribute("d", path({ type: "LineString", coordinates: d3.geoCircle().center(anti).radius(90).precision(2)().coordinates[0] }));
    gl.sun.textContent = "";
    const c = proj(p); el("circle", { class: "sun", cx: c[0], cy: c[1], r: 6 }, gl.sun);
    for (let i = 0; i < 8; i++) { const a = i * Math.PI / 4; el("line", { class: "sunray", x1: c[0] + 9 * Math.cos(a), y1: c[1] + 9 * Math.sin(a), x2: c[0] + 12.5 * Math.cos(a), y2: c[1] + 12.5 * Math.sin(a) }, gl.sun); }
    gl.ruler.textContent = "";
    for (let i = 0; i < 24; i += W < 560 ? 4 : 2) {
      const lon = ((p[0] + (i - 12) * 15 + 540) % 360) - 180, x = proj([lon, 0])[0];
      if (x < 14 || x > W - 14) continue;
      el("text", { class: "hr" + (i === 12 ? " noon" : ""), x: x, y: H - 5, "text-anchor": "middle" }, gl.ruler).textContent = i === 12 ? "12 ☀" : (i < 10 ? "0" : "") + i;
    }
    gl.desks.textContent = "";
    const placed = [], seen = new Set(), ids = Object.keys(D.desks), dots = ids.map((id) => proj(D.desks[id].at));
    dots.forEach((xy) => placed.push([xy[0] - 8, xy[1] - 8, xy[0] + 8, xy[1] + 8]));
    ids.forEach((id, n) => {
      const k = D.desks[id], xy = dots[n], on = onDuty(k, t), dark = d3.geoDistance(k.at, p) > 102 * R;
      const g = el("g", { class: "desk" + (on ? " on" : "") + (dark ? " nite" : "") }, gl.desks);
      if (on) { el("circle", { class: "halo big", cx: xy[0], cy: xy[1], r: 19 }, g); el("circle", { class: "halo", cx: xy[0], cy: xy[1], r: 11 }, g); }
      el("circle", { class: "dot", cx: xy[0], cy: xy[1], r: on ? 5 : 4 }, g);
      el("title", {}, g).textContent = k.name + " · " + clock(t, k.tz, true) + " · " + (on ? D.on : D.off) + " · " + k.cases.length;
      k.cases.slice(0, MAX_LIGHTS).forEach((case_, i) => { seen.add(case_[0]); light(case_[0], case_[1], case_[2], seat(xy, i)); });
      const words = k.name + (W >= 560 ? " " + clock(t, k.tz) : ""), spot = labels(placed, xy[0], xy[1], words.length * 6.6 + 4);
      if (spot && (W >= 560 || on)) {
        const tx = el("text", { x: xy[0] + spot[0], y: xy[1] + spot[1], "text-anchor": spot[2] }, g); tx.textContent = k.name + " ";
        if (W >= 560) el("tspan", { "font-weight": 500 }, tx).textContent = clock(t, k.tz);
      }
    });
    lights.forEach((g, id) => { if (!seen.has(id)) { g.remove(); lights.delete(id); } });
    gl.arcEls.forEach((a) => a.e.setAttribute("opacity", t < a.at + 36e5 && t > a.at - 12 * 36e5 ? 1 : 0.15));
    if (out) {
      out.textContent = "";
      const b = document.createElement("b"); b.textContent = clock(t, D.zone, true);
      out.append(b, " " + D.zoneName + " · " + clock(t, "UTC") + " UTC");
    }
    document.querySelectorAll("[data-look]").forEach((line) => {
      const q = Math.min(100, Math.max(0, 100 * (t - Date.parse(line.dataset.from)) / 864e5)) + "%";
      line.setAttribute("x1", q); line.setAttribute("x2", q); line.setAttribute("visibility", shift ? "visible" : "hidden");
    });
  }
  if (slider) slider.addEventListener("input", () => { shift = +slider.value; update(); });
  if (play) play.addEventListener("click", () => {
    if (raf) { cancelAnimationFrame(raf); raf = 0; play.setAttribute("aria-pressed", "false"); return; }
    if (still) { shift = (shift + 60) % 1440; slider.value = shift; update(); return; }
    play.setAttribute("aria-pressed", "true");
    let last = 0;
    (function step(ts) { if (!last || ts - last > 33) { shift = (shift + 4) % 1440; slider.value = shift; update(); last = ts; } raf = requestAnimationFrame(step); })(0);
  });
  document.addEventListener("htmx:afterSettle", (e) => {
    if (!e.target || e.target.id !== "board-live" || !document.getElementById("world-data")) return;
    D = read(); base = Date.parse(D.now); opened = Date.now(); arcs(); update();
  });
  new ResizeObserver(() => { if (Math.abs(stage.clientWidth - W) > 2) draw(); }).observe(stage);
  document.addEventListener("al:theme", update);
  draw();
  setInterval(() => { if (!raf && !shift) update(); }, 30000);
})();
