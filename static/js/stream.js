/* The live path: watch subjects over one socket; on a hint, refetch the fragments that show the subject.
   An element with data-watch="investigation:<id> member:<id>" and hx-get receives the event "news". */
(function () {
  "use strict";
  const words = document.body.dataset;
  if (!words.member) return;
  const live = document.querySelector("[data-live]"), banner = document.querySelector("[data-offline]");
  const heads = new Map(), waiting = new Map(), refused = new Set();
  let socket = null, tries = 0, lost = null, stopped = false, timer = 0, ticker = 0;

  const watchers = (subject) => Array.from(document.querySelectorAll("[data-watch]")).filter((el) => el.dataset.watch.split(/\s+/).includes(subject));
  const wanted = () => {
    const found = new Set([words.member, words.me].filter(Boolean));
    document.querySelectorAll("[data-watch]").forEach((el) => el.dataset.watch.split(/\s+/).forEach((subject) => subject && found.add(subject)));
    return found;
  };
  const show = (text, isOff) => { if (live) { live.classList.toggle("off", isOff); live.firstElementChild.textContent = text; } };

  /* Nothing is replaced under a hand that is typing: the fragment waits until the field is left. */
  const busy = (el) => {
    const active = document.activeElement;
    if (active && el.contains(active) && active.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return true;
    return Array.from(el.querySelectorAll("textarea, input[type=text], input:not([type])")).some((field) => field.value !== field.defaultValue);
  };
  const refetch = (subject) => watchers(subject).forEach((el) => {
    if (!window.htmx) return;
    if (busy(el)) { later(subject, 2000); return; }
    htmx.trigger(el, "news");
  });
  /* A burst of hints for one subject is one refetch. */
  const later = (subject, after) => {
    if (waiting.has(subject)) return;
    waiting.set(subject, setTimeout(() => { waiting.delete(subject); refetch(subject); }, after || 120));
  };
  const send = (frame) => { if (socket) socket.send(frame); };
  /* In how many rooms something waits is asked for: hints would mean to watch all of them for one number. */
  let beats = 0, counting = 0;
  const rooms = () => {
    const count = document.querySelector("[data-rooms-waiting]");
    if (!count || !window.htmx || counting || document.visibilityState !== "visible") return;
    counting = setTimeout(() => { counting = 0; htmx.trigger(count, "news"); }, 1000);
  };
  const watch = () => {
    const now = wanted();
    now.forEach((subject) => { if (!heads.has(subject) && !refused.has(subject)) { heads.set(subject, null); send({ type: "watch", subject: subject, after: null }); } });
    Array.from(heads.keys()).forEach((subject) => { if (!now.has(subject)) { heads.delete(subject); send({ type: "unwatch", subject: subject }); } });
  };
  const moved = (subject, head) => { if ((heads.get(subject) || 0) < head) { heads.set(subject, head); later(subject); } };
  /* After a break: how much was missed, said once, and everything shown anew. */
  const caughtUp = async (missed) => {
    let count = 0;
    for (const [subject, after] of missed) {
      later(subject);
      const [kind, id] = subject.split(":");
      if (kind !== "investigation" || after === null) continue;
      try {
        const answer = await fetch("/api/v1/subjects/" + kind + "/" + id + "/events/?after=" + after, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (answer.ok) { const page = await answer.json(); count += (page.results || []).length; }
      } catch (error) { /* the fragments say it all the same */ }
    }
    if (count && window.alTell) window.alTell(words.sayCaughtUp.replace("%s", count));
  };

  let known = new Map();
  const on = {
    hello() {
      const missed = lost ? known : null;
      tries = 0; lost = null; clearInterval(ticker); show(words.sayLive, false); if (banner) banner.hidden = true;
      heads.clear(); refused.clear(); watch();
      if (missed) caughtUp(missed);
    },
    /* A fragment may say with data-head up to which number it was rendered. */
    watching(frame) { if (watchers(frame.subject).some((el) => el.dataset.head && Number(el.dataset.head) < frame.head)) later(frame.subject); const before = known.get(frame.subject); if (before && frame.head > before) later(frame.subject); heads.set(frame.subject, frame.head); },
    event(frame) { if (frame.seq) heads.set(frame.subject, Math.max(frame.seq, heads.get(frame.subject) || 0)); later(frame.subject); },
    beat(frame) { beats += 1; if (beats % 4 === 0) rooms(); Object.entries(frame.heads || {}).forEach(([subject, head]) => moved(subject, head)); },
    resync() { wanted().forEach((subject) => later(subject)); },
    refused(frame) { if (frame.subject) { refused.add(frame.subject); heads.delete(frame.subject); } },
    revoked(frame) {
      heads.delete(frame.subject); refused.add(frame.subject);
      if (window.alToast) window.alToast(words.sayEnded);
      if (document.querySelector('[data-leave-on-loss="' + CSS.escape(frame.subject) + '"]')) setTimeout(() => location.reload(), 1500);
      else later(frame.subject);
    },
  };
  const retry = () => {
    const wait = Math.min(30, 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2), until = Date.now() + wait * 1000;
    const say = () => {
      const left = Math.max(1, Math.ceil((until - Date.now()) / 1000)), since = lost.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      show(tries < 4 ? words.sayRetry.replace("%s", left) : words.sayOffline.replace("%s", since), true);
      if (banner && tries >= 4) { banner.hidden = false; banner.querySelector("[data-since]").textContent = since; }
    };
    say(); clearInterval(ticker); ticker = setInterval(say, 1000);
    clearTimeout(timer); timer = setTimeout(open, wait * 1000);
  };
  const open = () => {
    clearTimeout(timer); clearInterval(ticker);
    if (socket) return;
    socket = window.alLine("/ws/stream/", (frame) => { if (on[frame.type]) on[frame.type](frame); }, (code) => {
      socket = null;
      if (code === 4401) { stopped = true; location.reload(); return; }
      if (!lost) { lost = new Date(); known = new Map(heads); }
      tries += 1; retry();
    });
  };
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("visibilitychange", rooms);
  document.addEventListener("click", (e) => { if (lost && e.target.closest("[data-live], [data-try-now]")) open(); });
  window.addEventListener("online", () => { if (lost) open(); });
  window.addEventListener("pagehide", () => { stopped = true; if (socket) socket.drop(); socket = null; });
  window.addEventListener("pageshow", (e) => { if (e.persisted) { stopped = false; lost = new Date(); known = new Map(heads); open(); } });
  window.alStream = { watch: watch, rooms: rooms };
  open();
})();
