/* What somebody has written and no server has numbered yet: kept in the browser until it is acknowledged, over
   reloads, lost lines and closed windows. One message is under way at a time, so they stay in the order in which
   they were written; a repeat carries the same id and is the same message. Each message is an entry of its own in
   the browser's store: two windows of one room cannot lose each other's. */
(function () {
  "use strict";
  const OUTBOX = "al-outbox:", DRAFT = "al-draft:", UNANSWERED_IN_MS = 10000;
  /* A browser may refuse to keep anything: then this page's memory has to do. */
  const memory = new Map();
  const store = {
    get(key) { try { return localStorage.getItem(key) ?? memory.get(key) ?? null; } catch (error) { return memory.get(key) ?? null; } },
    set(key, text) { try { localStorage.setItem(key, text); memory.delete(key); } catch (error) { memory.set(key, text); } },
    drop(key) { memory.delete(key); try { localStorage.removeItem(key); } catch (error) { /* nothing was kept */ } },
    keys(prefix) {
      let kept = [];
      try { kept = Object.keys(localStorage); } catch (error) { /* nothing was kept */ }
      return Array.from(new Set([...kept, ...memory.keys()])).filter((key) => key.startsWith(prefix));
    },
  };
  const parsed = (text) => { try { return JSON.parse(text); } catch (error) { return null; } };

  /* send(item) says it to the server, changed() redraws; the line is told by open() and shut(). */
  window.alOutbox = class {
    constructor(key, send, changed) {
      this.prefix = OUTBOX + key + ":"; this.send = send; this.changed = changed;
      this.isOpen = false; this.underWay = null; this.timer = 0;
      window.addEventListener("storage", (e) => { if (e.key && e.key.startsWith(this.prefix)) { this.changed(); this.next(); } });
    }
    /* In the order in which they were written. */
    get items() {
      return store.keys(this.prefix).map((key) => parsed(store.get(key))).filter((item) => item && item.cid).sort((a, b) => (a.at || 0) - (b.at || 0) || (a.cid < b.cid ? -1 : 1));
    }
    get waits() { return this.items.some((item) => !item.failed); }
    find(cid) { return parsed(store.get(this.prefix + cid)); }
    keep(item) { store.set(this.prefix + item.cid, JSON.stringify(item)); }
    add(item) {
      const last = this.items.pop();
      this.keep({ ...item, at: Math.max(Date.now(), last ? last.at + 1 : 0) }); this.changed(); this.next();
    }
    /* The server has it: by its answer, or because the message came back by another way. */
    taken(cid) {
      const had = store.get(this.prefix + cid) !== null;
      store.drop(this.prefix + cid);
      if (this.underWay === cid) { this.rest(); this.next(); }
      if (had) this.changed();
      return had;
    }
    /* Too fast, or the server is busy: the same again in a while. Anything else is said, and kept. */
    refused(cid, why, retryAfter) {
      const item = this.find(cid);
      if (!item) return null;
      clearTimeout(this.timer);
      if (retryAfter) { this.timer = setTimeout(() => { this.rest(); this.next(); }, retryAfter * 1000 * (1 + Math.random() / 4) + 50); return null; }
      item.failed = why || "?"; this.keep(item); this.rest(); this.changed(); this.next();
      return item;
    }
    again(cid) { const item = this.find(cid); if (item) { delete item.failed; this.keep(item); this.changed(); this.next(); } }
    /* Taken back by its writer, who gets the text. */
    withdraw(cid) { const item = this.find(cid); store.drop(this.prefix + cid); if (this.underWay === cid) this.rest(); this.changed(); this.next(); return item; }
    open() { this.isOpen = true; this.rest(); this.next(); }
    shut() { this.isOpen = false; this.rest(); this.changed(); }
    rest() { clearTimeout(this.timer); this.underWay = null; }
    next() {
      if (!this.isOpen || this.underWay) return;
      const item = this.items.find((one) => !one.failed);
      if (!item) return;
      this.underWay = item.cid;
      /* No answer, though the line stands: the same again; if it was kept, that is the answer. */
      this.timer = setTimeout(() => { this.rest(); this.next(); }, UNANSWERED_IN_MS);
      this.send(item);
    }
  };

  /* The unfinished text of a room. */
  window.alDraft = {
    read(key) { const kept = store.get(DRAFT + key) || "", text = parsed(kept); return typeof text === "string" ? text : kept; },
    write(key, text) { if (text) store.set(DRAFT + key, JSON.stringify(text)); else store.drop(DRAFT + key); },
  };
})();
