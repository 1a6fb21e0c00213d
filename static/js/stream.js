/* The live path: watch subjects over one socket; on a hint, refetch the fragment that shows the subject. */
(function () {
  "use strict";
  const body = document.body, words = body.dataset;
  if (!words.member) return;
  const live = document.querySelector("[data-live]");
  const heads = new Map();
  const listeners = [];
  let socket = null, tries = 0, offlineSince = null, stopped = false;

  const wanted = () => {
    const found = new Set([words.member, words.me]);
    document.querySelectorAll("[data-watch]").forEach((el) => el.dataset.watch.split(/\s+/).forEach((s) => s && found.add(s)));
    return found;
  };
  const show = (text, off) => { if (live) { live.classList.toggle("off", off); live.firstElementChild.textContent = text; } };
  const refetch = (subject) => {
    document.querySelectorAll("[data-watch]").forEach((el) => {
      if (el.dataset.watch.split(/\s+/).includes(subject) && window.htmx) htmx.trigger(el, "news");
    });
  };
  let waiting = new Map();
  const later = (subject) => {
    /* A burst of hints for one subject is one refetch. */
    if (waiting.has(subject)) return;
    waiting.set(subject, setTimeout(() => { waiting.delete(subject); refetch(subject); }, 120));
  };
  const send = (frame) => { if (socket && socket.readyState === 1) socket.send(JSON.stringify(frame)); };
  const watch = () => wanted().forEach((subject) => { if (!heads.has(subject)) { heads.set(subject, null); send({ type: "watch", subject: subject }); } });

  const on = {
    hello() { tries = 0; const was = offlineSince; offlineSince = null; show(words.sayLive, false); heads.clear(); watch(); if (was) wanted().forEach(later); },
    watching(frame) { const known = heads.get(frame.subject); if (known !== null && known !== undefined && frame.head > known) later(frame.subject); heads.set(frame.subject, frame.head); },
    event(frame) { if (frame.seq) heads.set(frame.subject, frame.seq); later(frame.subject); },
    beat(frame) { Object.keys(frame.heads || {}).forEach((s) => { if ((heads.get(s) || 0) < frame.heads[s]) { heads.set(s, frame.heads[s]); later(s); } }); },
    resync() { wanted().forEach(later); },
    revoked(frame) { if (window.alToast) window.alToast(words.sayEnded); later(frame.subject); document.querySelectorAll('[data-leave-on-loss="' + frame.subject + '"]').forEach(() => setTimeout(() => location.reload(), 1200)); },
  };
  const open = () => {
    socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws/stream/");
    socket.addEventListener("message", (e) => {
      const frame = JSON.parse(e.data);
      if (on[frame.type]) on[frame.type](frame);
      listeners.forEach((f) => f(frame));
    });
    socket.addEventListener("close", (e) => {
      if (e.code === 4401) { stopped = true; location.reload(); return; }
      if (stopped) return;
      if (!offlineSince) offlineSince = new Date();
      tries += 1;
      const wait = Math.min(30, 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2);
      const clock = offlineSince.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      show(tries < 3 ? words.sayRetry.replace("%s", Math.ceil(wait)) : words.sayOffline.replace("%s", clock), true);
      setTimeout(open, wait * 1000);
    });
  };
  window.alStream = { listen: (f) => listeners.push(f), watch: watch };
  document.addEventListener("htmx:afterSwap", watch);
  window.addEventListener("pagehide", () => { stopped = true; if (socket) socket.close(); });
  open();
})();
