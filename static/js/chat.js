/* A room: messages over /ws/chat/, gaps healed over REST, an outbox that survives a reload.

   <section data-room="<uuid>" data-me="<user id>" data-zone="Asia/Shanghai" data-lang="en"
            data-say-sending data-say-failed data-say-kept data-say-new data-say-ended data-say-caught-up="%d messages caught up">
     <ol data-messages>  <li data-seq="7" data-cid="…">…</li>  </ol>          server-rendered, oldest first
     <template data-message>  any markup with [data-slot=avatar|name|place|time|other|body|state]  </template>
     <template data-notice>   the same for system notices                                           </template>
     <div data-presence></div> <template data-person> [data-slot=avatar|name|time] </template>
     <form data-compose><textarea name="body"></textarea> <output data-left></output> <p data-state></p> <button>Send</button></form>
   </section>

   Words come from data- attributes; the body's HTML was made safe by the server. */
(function () {
  "use strict";
  const GAP_IN_MS = 300, DRAFT = "al-draft:", OUTBOX = "al-outbox:", LIMIT = 8 * 1024;
  const store = {
    read(key, otherwise) { try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch (error) { return otherwise; } },
    write(key, value) { try { if (value === null || value.length === 0) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* kept for this page only */ } },
  };
  const uuid = () => (crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (Number(c) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(c) / 4)))).toString(16)));

  class Room {
    constructor(root) {
      this.root = root; this.id = root.dataset.room; this.say = root.dataset;
      this.list = root.querySelector("[data-messages]");
      this.form = root.querySelector("[data-compose]");
      this.state = root.querySelector("[data-state]");
      this.key = root.dataset.me + ":" + this.id;
      this.shown = new Map();
      this.seen = new Map();
      this.early = new Map();
      this.list.querySelectorAll("[data-seq]").forEach((li) => { this.shown.set(Number(li.dataset.seq), li); this.seen.set(li.dataset.cid, li); });
      this.last = Math.max(Number(root.dataset.last || 0), 0, ...this.shown.keys());
      this.outbox = store.read(OUTBOX + this.key, []);
      this.watching = false; this.asking = false; this.timer = 0;
      this.compose();
      this.outbox.forEach((item) => this.showPending(item));
      this.toEnd();
    }

    /* Writing: the draft and what was not yet taken survive a reload. */
    compose() {
      if (!this.form) return;
      const text = this.form.querySelector("textarea"), left = this.form.querySelector("[data-left]");
      text.value = text.value || store.read(DRAFT + this.key, "");
      const draft = () => {
        store.write(DRAFT + this.key, text.value || null);
        const bytes = new TextEncoder().encode(text.value).length;
        if (left) left.textContent = bytes > LIMIT * 0.8 ? String(LIMIT - bytes) : "";
        text.classList.toggle("is-invalid", bytes > LIMIT);
      };
      const submit = () => {
        const body = text.value.trim();
        if (!body || new TextEncoder().encode(body).length > LIMIT) return;
        const item = { cid: uuid(), body: body, language: text.lang || "" };
        this.outbox.push(item); this.keep(); this.showPending(item); text.value = ""; draft();
        this.toEnd(); this.flush();
      };
      text.addEventListener("input", draft); draft();
      this.form.addEventListener("submit", (e) => { e.preventDefault(); submit(); text.focus(); });
      text.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing && matchMedia("(hover: hover)").matches) { e.preventDefault(); submit(); } });
    }
    keep() { store.write(OUTBOX + this.key, this.outbox); this.note(this.outbox.length ? this.say.sayKept : ""); }
    note(text) { if (this.state) this.state.textContent = text || ""; }
    flush() { if (this.watching) this.outbox.filter((item) => !item.failed).forEach((item) => chat.send({ type: "send", room: this.id, cid: item.cid, body: item.body, language: item.language })); }
    taken(cid) { const before = this.outbox.length; this.outbox = this.outbox.filter((item) => item.cid !== cid); if (this.outbox.length !== before) this.keep(); }
    refused(frame) {
      const item = this.outbox.find((one) => one.cid === frame.cid);
      if (!item) return;
      if (frame.retry_after) { setTimeout(() => this.flush(), frame.retry_after * 1000 + 50); return; }
      item.failed = true; this.keep();
      const li = this.seen.get(item.cid);
      if (li) { li.classList.add("failed"); this.fill(li, "state", frame.message || frame.title || this.say.sayFailed); }
    }

    /* Reading: by number, each once; a hole older than 300 ms is asked for. */
    take(frame) {
      if (frame.seq <= this.last) { this.place(frame); return; }
      this.early.set(frame.seq, frame);
      this.drain();
      if (this.early.size && !this.timer) this.timer = setTimeout(() => { this.timer = 0; this.ask(); }, GAP_IN_MS);
    }
    drain() {
      while (this.early.has(this.last + 1)) { this.last += 1; this.place(this.early.get(this.last)); this.early.delete(this.last); }
      if (document.visibilityState === "visible") this.read();
    }
    async ask() {
      if (this.asking) return;
      this.asking = true;
      try {
        let more = true, count = 0;
        while (more) {
          const answer = await fetch("/api/v1/rooms/" + this.id + "/messages/?after=" + this.last, { headers: { Accept: "application/json" }, credentials: "same-origin" });
          if (!answer.ok) { if (answer.status === 404 || answer.status === 403) this.ended(); return; }
          const page = await answer.json(), rows = page.results || page.messages || [];
          rows.forEach((row) => { if (!this.shown.has(row.seq)) count += 1; this.place(row); this.last = Math.max(this.last, row.seq); this.early.delete(row.seq); });
          more = rows.length >= 200;
        }
        /* What the server does not list below an early frame is no message (the room's own first event). */
        Array.from(this.early.keys()).sort((a, b) => a - b).forEach((seq) => { this.place(this.early.get(seq)); this.last = Math.max(this.last, seq); });
        this.early.clear();
        if (count > 1 && this.say.sayCaughtUp && window.alTell) window.alTell(this.say.sayCaughtUp.replace("%d", count));
      } catch (error) { /* offline: the next watch asks again */ } finally { this.asking = false; }
    }
    place(frame) {
      this.taken(frame.cid);
      if (this.shown.has(frame.seq)) return;
      const bottom = this.atEnd(), old = this.seen.get(frame.cid);
      if (old) old.remove();
      const li = this.build(frame);
      const after = Array.from(this.shown.keys()).filter((seq) => seq < frame.seq).sort((a, b) => b - a)[0];
      const anchor = after === undefined ? null : this.shown.get(after);
      if (anchor) anchor.after(li);
      else if (this.shown.size) this.list.insertBefore(li, this.list.querySelector("[data-seq]"));
      else this.list.prepend(li);
      this.shown.set(frame.seq, li); this.seen.set(frame.cid, li);
      const empty = this.root.querySelector("[data-empty]"); if (empty) empty.hidden = true;
      if (bottom || frame.author && frame.author.id === this.root.dataset.me) this.toEnd();
      else this.note(this.say.sayNew);
    }
    build(frame) {
      const template = this.root.querySelector(frame.kind === "notice" ? "template[data-notice]" : "template[data-message]") || this.root.querySelector("template[data-message]");
      const li = template.content.firstElementChild.cloneNode(true), author = frame.author || {};
      li.dataset.cid = frame.cid;
      if (frame.seq) li.dataset.seq = frame.seq;
      li.classList.toggle("mine", author.id === this.root.dataset.me);
      const at = frame.posted_at ? new Date(frame.posted_at) : null;
      this.fill(li, "avatar", (author.monogram || author.name || "").slice(0, 2).trim());
      this.fill(li, "name", author.name || "");
      this.fill(li, "place", author.member_name || (typeof author.member === "string" ? author.member : (author.member || {}).name) || "");
      if (at) {
        const mine = this.clock(at, this.root.dataset.zone), theirs = author.zone ? this.clock(at, author.zone) : mine;
        this.fill(li, "time", mine);
        this.fill(li, "other", theirs === mine ? "" : "· " + theirs + " " + author.zone.split("/").pop().replace(/_/g, " "));
        li.querySelectorAll("time").forEach((el) => { el.dateTime = at.toISOString(); });
      }
      const body = li.querySelector("[data-slot=body]");
      if (body) { if (frame.html) body.innerHTML = frame.html; else { const p = document.createElement("p"); p.dir = "auto"; p.textContent = frame.body; body.replaceChildren(p); } if (frame.language) body.lang = frame.language; }
      return li;
    }
    showPending(item) {
      if (this.seen.has(item.cid)) return;
      const li = this.build({ cid: item.cid, body: item.body, kind: "message", author: { id: this.root.dataset.me, name: this.root.dataset.myName, monogram: this.root.dataset.myMonogram } });
      li.classList.add("pending"); li.classList.toggle("failed", Boolean(item.failed));
      this.fill(li, "state", item.failed ? this.say.sayFailed : this.say.saySending);
      this.list.append(li); this.seen.set(item.cid, li);
    }
    fill(li, slot, text) { li.querySelectorAll("[data-slot=" + slot + "]").forEach((el) => { el.textContent = text; }); }
    clock(at, zone) { try { return new Intl.DateTimeFormat(this.root.dataset.lang || "en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at); } catch (error) { return ""; } }
    atEnd() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60; }
    toEnd() { this.list.scrollTop = this.list.scrollHeight; }
    read() { if (this.watching && this.last > (this.told || 0)) { this.told = this.last; chat.send({ type: "read", room: this.id, seq: this.last }); } }
    presence(people) {
      const box = this.root.querySelector("[data-presence]"), template = this.root.querySelector("template[data-person]");
      if (!box || !template) return;
      box.replaceChildren(...people.map((person) => {
        const el = template.content.firstElementChild.cloneNode(true);
        el.classList.toggle("on", Boolean(person.on_duty));
        const words = [person.name, person.member_name || person.member, person.zone && this.clock(new Date(), person.zone)].filter((w) => typeof w === "string" && w).join(" · ");
        el.title = words; el.setAttribute("aria-label", words);
        const slot = el.matches("[data-slot=avatar]") ? el : el.querySelector("[data-slot=avatar]");
        if (slot) slot.textContent = (person.monogram || person.name || "").slice(0, 2).trim();
        this.fill(el, "name", person.name || "");
        return el;
      }));
      const count = this.root.querySelector("[data-presence-count]");
      if (count && this.say.sayHere) count.textContent = this.say.sayHere.replace("%d", people.length);
    }
    ended() {
      this.watching = false; this.note(this.say.sayEnded);
      this.root.classList.add("ended");
      if (this.form) this.form.querySelectorAll("textarea, button").forEach((el) => { el.setAttribute("aria-disabled", "true"); if (el.tagName === "TEXTAREA") el.readOnly = true; });
    }
  }

  const chat = {
    socket: null, tries: 0, rooms: new Map(), stopped: false, timer: 0,
    send(frame) { if (this.socket && this.socket.readyState === 1) this.socket.send(JSON.stringify(frame)); },
    adopt() {
      document.querySelectorAll("[data-room]").forEach((root) => {
        const known = this.rooms.get(root.dataset.room);
        if (known && known.root === root) return;
        const room = new Room(root);
        this.rooms.set(room.id, room); this.join(room);
      });
      this.rooms.forEach((room, id) => { if (!room.root.isConnected) { this.rooms.delete(id); this.send({ type: "unwatch", subject: "room:" + id }); } });
      if (this.rooms.size && !this.socket && !this.stopped) this.open();
    },
    join(room) { room.watching = false; this.send({ type: "watch", subject: "room:" + room.id, after: room.last }); },
    of(frame) { return this.rooms.get(frame.room || String(frame.subject || "").replace(/^room:/, "")); },
    on: {
      hello() { chat.tries = 0; chat.rooms.forEach((room) => chat.join(room)); },
      watching(frame, room) { room.watching = true; room.note(room.outbox.length ? room.say.sayKept : ""); if (frame.head > room.last) setTimeout(() => { if (frame.head > room.last) room.ask(); }, GAP_IN_MS); room.flush(); room.read(); },
      message(frame, room) { room.take(frame); },
      ack(frame, room) { room.taken(frame.cid); const li = room.seen.get(frame.cid); if (li) { li.classList.remove("pending"); room.fill(li, "state", ""); } },
      presence(frame, room) { room.presence(frame.people || []); },
      beat(frame) { Object.entries(frame.heads || {}).forEach(([subject, head]) => { const room = chat.rooms.get(subject.replace(/^room:/, "")); if (room && head > room.last) room.ask(); }); },
      resync() { chat.rooms.forEach((room) => room.ask()); },
      refused(frame, room) { if (frame.cid) room.refused(frame); else room.ended(); },
      error(frame, room) { if (frame.cid) room.refused(frame); },
      revoked(frame, room) { room.ended(); },
    },
    open() {
      this.socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws/chat/");
      this.socket.addEventListener("message", (e) => {
        const frame = JSON.parse(e.data), act = this.on[frame.type], room = this.of(frame);
        if (act && (room || ["hello", "beat", "resync"].includes(frame.type))) act(frame, room);
      });
      this.socket.addEventListener("close", (e) => {
        this.socket = null; this.rooms.forEach((room) => { room.watching = false; });
        if (this.stopped) return;
        if (e.code === 4403) this.rooms.forEach((room) => room.ask());
        if (e.code === 4401) { this.stopped = true; return; }
        this.tries += 1;
        clearTimeout(this.timer); this.timer = setTimeout(() => { if (!this.socket) this.open(); }, Math.min(15000, 250 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random() / 2));
      });
    },
  };
  document.addEventListener("htmx:afterSettle", () => chat.adopt());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") chat.rooms.forEach((room) => room.read()); });
  window.addEventListener("online", () => { if (!chat.socket && chat.rooms.size) { clearTimeout(chat.timer); chat.open(); } });
  window.addEventListener("pagehide", () => { chat.stopped = true; if (chat.socket) chat.socket.close(); });
  window.addEventListener("pageshow", (e) => { if (e.persisted) { chat.stopped = false; chat.adopt(); } });
  window.alChat = chat;
  chat.adopt();
})();
