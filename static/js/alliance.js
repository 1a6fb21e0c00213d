/* Behaviour shared by the pages. Everything here is an enhancement: without it each page still reads and submits. */
(function () {
  "use strict";
  const $ = (s, r) => (r || document).querySelector(s);
  const $$ = (s, r) => Array.from((r || document).querySelectorAll(s));
  const typing = (e) => e.target.matches("input:not([data-tick]), textarea, select") || e.target.isContentEditable;

  /* Theme: kept in this browser, told to the server in a cookie so that the next page starts in it ---------- */
  const wear = (theme) => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    try { localStorage.setItem("al-theme", theme); } catch (error) { /* kept for this page only */ }
    document.cookie = "al-theme=" + theme + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
    document.dispatchEvent(new Event("al:theme"));
  };
  document.addEventListener("click", (e) => {
    if (!e.target.closest("[data-theme-toggle]")) return;
    const chosen = document.documentElement.dataset.theme;
    wear((chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches) ? "light" : "dark");
  });
  document.addEventListener("change", (e) => { if (e.target.matches("[data-theme-choice]")) wear(e.target.value); });
  $$("[data-theme-choice]").forEach((input) => { input.checked = input.value === (document.documentElement.dataset.theme || "system"); });

  /* Dialogs, palette, keys --------------------------------------------------------------------------------- */
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) { dialog.showModal(); const input = $("input", dialog); if (input) input.focus(); }
  };
  document.addEventListener("click", (e) => {
    const opener = e.target.closest("[data-open]");
    if (opener) { e.preventDefault(); open(opener.dataset.open); }
    if (e.target.tagName === "DIALOG") e.target.close();
    const closer = e.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    const back = e.target.closest("[data-back]");
    if (back && history.length > 1) { e.preventDefault(); history.back(); }
    const off = e.target.closest("[aria-disabled=true]");
    if (off) { e.preventDefault(); e.stopPropagation(); announce(off); }
  }, true);
  const announce = (off) => {
    const why = document.getElementById(off.getAttribute("aria-describedby") || "");
    if (why) { tell(why.textContent.trim()); why.classList.add("al-nudge"); setTimeout(() => why.classList.remove("al-nudge"), 900); }
  };
  /* A disabled way out stays disabled for the Enter key too, and a second press is no second act. */
  document.addEventListener("submit", (e) => {
    const form = e.target, button = e.submitter || $("button:not([type=button]), [type=submit]", form);
    if (button && button.getAttribute("aria-disabled") === "true") { e.preventDefault(); e.stopImmediatePropagation(); announce(button); return; }
    if (form.method !== "post" || form.matches("[hx-post], [data-compose], [data-again]")) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1"; if (button) { button.classList.add("is-busy"); button.setAttribute("aria-busy", "true"); }
  }, true);
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => { delete form.dataset.sent; $$(".is-busy", form).forEach((b) => { b.classList.remove("is-busy"); b.removeAttribute("aria-busy"); }); }));
  const tell = (text) => { const region = $("[data-announce]"); if (region) { region.textContent = ""; setTimeout(() => { region.textContent = text; }, 50); } };
  window.alTell = tell;
  let pending = 0;
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); open("palette"); return; }
    if (typing(e) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    if (e.key === "?") { open("keys"); return; }
    if (e.key === "/") { e.preventDefault(); const filter = $("[data-filter-field]"); if (filter) { filter.focus(); filter.select(); } else open("palette"); return; }
    if (e.key === "g") { pending = Date.now(); return; }
    if (Date.now() - pending < 900) {
      const link = $('[data-go="' + CSS.escape(e.key) + '"]');
      if (link) { pending = 0; location.href = link.href; }
    }
  });

  /* The palette narrows while one types; Enter takes what is left, or searches. */
  const palette = document.getElementById("palette");
  if (palette) {
    const field = $("input[type=search]", palette), items = $$("[data-filter] li", palette), left = () => items.filter((li) => !li.hidden);
    const narrow = () => { const q = field.value.trim().toLowerCase(); items.forEach((li) => { li.hidden = Boolean(q) && !li.textContent.toLowerCase().includes(q); }); };
    field.addEventListener("input", narrow);
    palette.addEventListener("close", () => { field.value = ""; narrow(); });
    palette.addEventListener("keydown", (e) => {
      const links = left().map((li) => $("a", li)), at = links.indexOf(document.activeElement);
      if (e.key === "ArrowDown" && links.length) { e.preventDefault(); links[Math.min(links.length - 1, at + 1)].focus(); }
      if (e.key === "ArrowUp") { e.preventDefault(); if (at > 0) links[at - 1].focus(); else field.focus(); }
      if (e.key === "Enter" && e.target === field && !field.value.trim()) e.preventDefault();
    });
  }

  /* Clock: the server's instant in the reader's zone, ticking on the page ----------------------------------- */
  const tick = () => $$("[data-clock]").forEach((el) => {
    /* The demo may move its clock while the page is open: the latest fragment knows by how much. */
    const moved = $("[data-clock-offset]"), offset = moved ? moved.dataset.clockOffset : el.dataset.offset;
    const at = new Date(Date.now() + 1000 * Number(offset || 0));
    try { el.textContent = new Intl.DateTimeFormat("en-GB", { timeZone: el.dataset.clock, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at); } catch (error) { /* the server's words stay */ }
  });
  tick(); setInterval(tick, 5000); document.addEventListener("htmx:afterSettle", tick);

  /* Countdowns: minutes, then seconds in the last two minutes; announced at five and one ------------------- */
  setInterval(() => $$("[data-countdown]").forEach((el) => {
    const left = Math.max(0, Math.round((Date.parse(el.dataset.countdown) - Date.now()) / 1000) - Number(el.dataset.offset || 0));
    /* What is far away keeps the server's words. */
    if (left > 7200) return;
    el.textContent = left > 120 ? el.dataset.sayMin.replace("%d", Math.floor(left / 60)) : el.dataset.saySec.replace("%d", left);
    if ((left === 300 || left === 60) && el.dataset.announced !== String(left)) { el.dataset.announced = String(left); tell(el.textContent); }
  }), 1000);

  /* Title count: the bell without looking --------------------------------------------------------------------- */
  const bare = document.title.replace(/^\(\d+\) /, "");
  const count = () => {
    const found = $$("[data-title-count]").map((el) => Number(el.dataset.titleCount) || 0);
    const most = found.length ? Math.max(...found) : 0;
    document.title = most ? "(" + most + ") " + bare : bare;
  };
  count(); document.addEventListener("htmx:afterSwap", count);

  /* Toast with undo --------------------------------------------------------------------------------------------- */
  let undo = null, timer = 0;
  const toast = $("[data-toast]");
  window.alToast = (text, onUndo) => {
    if (!toast) return;
    $("[data-toast-text]", toast).textContent = text; toast.hidden = false; undo = onUndo || null;
    $("[data-toast-undo]", toast).hidden = !onUndo;
    clearTimeout(timer); timer = setTimeout(() => { toast.hidden = true; undo = null; }, 8000);
  };
  /* A fragment may ask for a toast: HX-Trigger: {"al:toast": {"text": "…", "undo": "/url/", "refresh": "#list"}} */
  document.addEventListener("al:toast", (e) => {
    const d = e.detail || {};
    window.alToast(d.text || "", d.undo && (() => htmx.ajax("POST", d.undo, { swap: "none" }).then(() => { const list = d.refresh && $(d.refresh); if (list) htmx.trigger(list, "news"); })));
  });
  const runUndo = () => { if (undo) { const act = undo; undo = null; toast.hidden = true; act(); } };
  if (toast) $("[data-toast-undo]", toast).addEventListener("click", runUndo);

  /* Lists with one tab stop: J/K move, Enter opens, letters press the row's or the panel's own buttons -------- */
  const list = () => $("[data-triage]");
  const rows = () => $$("[data-row]", list()).filter((r) => !r.hidden);
  const select = (row) => {
    if (!row) return;
    $$("[data-row]", list()).forEach((r) => { r.setAttribute("aria-selected", "false"); r.tabIndex = -1; });
    row.setAttribute("aria-selected", "true"); row.tabIndex = 0; row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" });
    row.dispatchEvent(new CustomEvent("al:select", { bubbles: true }));
    if (window.htmx) htmx.trigger(row, "al-select");
  };
  /* Where the panel lies below the list, a thumb would see nothing happen: it opens the row's own page. */
  const isPanelFar = () => { const panel = $("[data-panel]"); return Boolean(panel) && panel.getBoundingClientRect().top >= list().getBoundingClientRect().bottom; };
  document.addEventListener("click", (e) => {
    const row = e.target.closest("[data-triage] [data-row]");
    if (!row || e.target.closest("a, button, input, label")) return;
    if (row.dataset.href && isPanelFar() && !row.closest(".is-picking")) { location.href = row.dataset.href; return; }
    select(row);
  });
  /* Several rows: X ticks the selected one, Shift with a click ticks a stretch; ticks outlive a refetch. */
  const ticks = () => $$("[data-tick]", list());
  const picking = (on) => { const box = list() && list().closest(".al-inbox"); if (box) { box.classList.toggle("is-picking", on); if (!on) ticks().forEach((t) => { t.checked = false; }); countTicks(); } };
  const countTicks = () => { const out = $("[data-picked]"), n = list() ? ticks().filter((t) => t.checked).length : 0; if (out) out.textContent = n ? out.dataset.say.replace("%d", n) : out.dataset.sayNone; };
  let lastTick = null, ticked = null;
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-pick]")) { e.preventDefault(); picking(true); const first = ticks()[0]; if (first) first.focus(); return; }
    if (e.target.closest("[data-pick-end]")) { e.preventDefault(); picking(false); return; }
    const tick = e.target.closest("[data-tick]");
    if (!tick) return;
    const all = ticks(), a = all.indexOf(lastTick), b = all.indexOf(tick);
    if (e.shiftKey && a >= 0) all.slice(Math.min(a, b), Math.max(a, b) + 1).forEach((t) => { t.checked = tick.checked; });
    lastTick = tick; countTicks();
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    const box = list() && list().closest(".al-inbox.is-picking");
    ticked = box && e.detail.target === box && e.detail.requestConfig.verb === "get" ? new Set(ticks().filter((t) => t.checked).map((t) => t.value)) : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!ticked || !list()) return;
    const kept = ticked; ticked = null; picking(true); ticks().forEach((t) => { t.checked = kept.has(t.value); }); countTicks();
  });
  document.addEventListener("keydown", (e) => {
    if (!list() || typing(e) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    const live = rows(), at = live.findIndex((r) => r.getAttribute("aria-selected") === "true"), row = live[at];
    if (e.key === "j" || e.key === "ArrowDown") { e.preventDefault(); select(live[Math.min(live.length - 1, at + 1)]); return; }
    if (e.key === "k" || e.key === "ArrowUp") { e.preventDefault(); select(live[Math.max(0, at - 1)]); return; }
    if (e.key === "z") { runUndo(); return; }
    if (e.key === "x" && row) { const tick = $("[data-tick]", row); if (tick) { picking(true); tick.checked = !tick.checked; lastTick = tick; countTicks(); } return; }
    if (e.key === "Enter" && row && row.dataset.href && e.target === row) { location.href = row.dataset.href; return; }
    if (!/^[a-z]$/.test(e.key) || e.key === "g") return;
    const button = (row && $('[data-key="' + e.key + '"]', row)) || $('[data-panel] [data-key="' + e.key + '"]');
    if (button && Date.now() - pending > 900) { e.preventDefault(); button.click(); }
  });
  document.addEventListener("keydown", (e) => {
    if (list() || typing(e) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]") || !/^[a-z]$/.test(e.key)) return;
    const button = $('[data-key="' + e.key + '"]');
    if (button && Date.now() - pending > 900) { e.preventDefault(); button.click(); }
  });

  /* What a refetch changes is tinted for a second; the selected row stays selected. */
  let before = null;
  document.addEventListener("htmx:beforeSwap", (e) => {
    const target = e.detail.target;
    before = new Map($$("[data-id]", target).map((el) => [el.dataset.id, el.textContent]));
    const chosen = $('[data-row][aria-selected="true"]', target);
    before.chosen = chosen && (chosen.dataset.id || chosen.dataset.href);
  });
  document.addEventListener("htmx:afterSettle", (e) => {
    if (!before) return;
    const known = before; before = null;
    if (known.size) $$("[data-id]", e.target).forEach((el) => { if (known.get(el.dataset.id) !== el.textContent && !el.closest("[data-chat]")) el.classList.add("al-new"); });
    if (!known.chosen || !list()) return;
    const row = rows().find((r) => (r.dataset.id || r.dataset.href) === known.chosen);
    if (!row) return;
    $$("[data-row]", list()).forEach((r) => { r.setAttribute("aria-selected", String(r === row)); r.tabIndex = r === row ? 0 : -1; });
  });

  /* Read-back: the accept button says what is still open, and opens when nothing is ---------------------------- */
  const readback = () => $$("[data-readback]").forEach((form) => {
    const text = $("textarea[data-readback-text]", form), accept = $("[data-accept]", form), why = $("[data-why]", form), bar = $("[data-bar]", form), n = $("[data-n]", form);
    const acts = $$("[data-act]", form.closest("[data-brief]") || document);
    if (!text || !accept || accept.dataset.wired) return;
    accept.dataset.wired = "1";
    const blocked = accept.dataset.blocked || "";
    /* An answer that asks for words (why it is returned, what is known) counts when they are there. */
    const isOpen = (act) => { const chosen = $("input:checked", act), words = chosen && $('[data-needs="' + chosen.value + '"]', act); return !chosen || Boolean(words && !words.value.trim()); };
    const check = () => {
      const left = acts.filter(isOpen).length, ok = text.value.trim().length >= 20;
      const total = acts.length + 1, done = total - left - (ok ? 0 : 1), ready = done === total && !blocked;
      acts.forEach((a) => a.classList.toggle("open", isOpen(a)));
      if (bar) bar.setAttribute("width", (100 * done) / total + "%");
      if (n) n.textContent = form.dataset.sayDone.replace("%d", done).replace("%t", total);
      accept.setAttribute("aria-disabled", String(!ready));
      accept.classList.toggle("btn-primary", ready);
      if (why && !blocked) why.textContent = ready ? form.dataset.sayReady : left && !ok ? form.dataset.sayBoth.replace("%d", left) : left ? form.dataset.sayLeft.replace("%d", left) : form.dataset.sayText;
    };
    /* What is typed and chosen survives a reload, until it is sent. */
    const key = "al-readback:" + location.pathname, fields = () => [text, ...acts.flatMap((a) => $$("input", a))];
    const keep = () => { try { sessionStorage.setItem(key, JSON.stringify(fields().filter((f) => f.type !== "radio" || f.checked).map((f) => [f.name, f.value]))); } catch (error) { /* no draft */ } };
    try {
      const kept = new Map(JSON.parse(sessionStorage.getItem(key) || "[]"));
      if (!text.value && kept.size) fields().forEach((f) => { if (!kept.has(f.name)) return; if (f.type === "radio") f.checked = f.value === kept.get(f.name); else f.value = kept.get(f.name); });
    } catch (error) { /* no draft */ }
    acts.forEach((a) => ["change", "input"].forEach((name) => a.addEventListener(name, () => { check(); keep(); })));
    text.addEventListener("input", () => { check(); keep(); }); check();
    form.addEventListener("submit", () => { try { sessionStorage.removeItem(key); } catch (error) { /* no draft */ } });
  });
  readback(); document.addEventListener("htmx:afterSwap", readback);

  /* A refused htmx request says why, where the reader looks; the form keeps its text ---------------------------- */
  document.addEventListener("htmx:beforeSwap", (e) => {
    const status = e.detail.xhr.status;
    if (status === 422 || status === 400 || status === 409 || status === 403) {
      /* A tick that sends itself and was refused is no tick. */
      const form = e.detail.requestConfig.elt.closest('form[hx-trigger*="change"]');
      if (form) $$("input[type=checkbox]", form).forEach((box) => { box.checked = box.defaultChecked; });
      const kind = e.detail.xhr.getResponseHeader("Content-Type") || "";
      if (kind.includes("json")) { try { const problem = JSON.parse(e.detail.xhr.responseText), wrong = Object.values(problem.fields || {})[0]; window.alToast(wrong ? wrong[0] : problem.title); } catch (error) { /* not a problem document */ } e.detail.shouldSwap = false; return; }
      if (e.detail.xhr.getResponseHeader("X-Fragment") === "1") { e.detail.shouldSwap = true; e.detail.isError = false; return; }
      const page = new DOMParser().parseFromString(e.detail.xhr.responseText, "text/html");
      const sentence = $(".al-answer", page); if (sentence) window.alToast(sentence.textContent.trim());
      e.detail.shouldSwap = false;
    }
  });
  document.addEventListener("htmx:configRequest", (e) => {
    const token = document.cookie.split("; ").find((c) => c.startsWith("csrftoken="));
    if (token) e.detail.headers["X-CSRFToken"] = decodeURIComponent(token.slice(10));
  });
})();
