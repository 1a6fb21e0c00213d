/* A room made live: messages over /ws/chat/, holes healed over REST, an outbox that survives a reload.
   Works on chat/panel.html: <section data-chat data-room data-head data-mark data-me data-zone data-language data-max data-say-…>
   with [data-messages], [data-people], [data-here], [data-typing], form[data-compose] and its [data-note].
   Every word comes from a data-say- attribute; the HTML of a body was made safe by the server. */
(function () {
  "use strict";
  const GAP_IN_MS = 300, TYPING_IN_MS = 4000, READ_IN_MS = 500;
  /* randomUUID exists on https and localhost only. */
  const uuid = () => (crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (Number(c) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(c) / 4)))).toString(16)));
  const make = alLines.make, monogram = alLines.monogram, city = alLines.city;
  const size = (text) => new TextEncoder().encode(text).length;

  class Room {
    constructor(root) {
      this.root = root; this.id = root.dataset.room; this.say = root.dataset;
      this.list = root.querySelector("[data-messages]");
      this.form = root.querySelector("[data-compose]");
      this.note = root.querySelector("[data-note]");
      this.key = root.dataset.me + ":" + this.id;
      this.shown = new Map(); this.byCid = new Map(); this.early = new Map(); this.frames = new Map(); this.folded = new Map(); this.threadMarks = new Map(JSON.parse(root.dataset.threads || "[]")); this.myReplies = new Set(); this.typers = new Map();
      this.outbox = new alOutbox(this.key, (item) => chat.send({ type: "send", room: this.id, cid: item.cid, body: item.body, language: item.language, reply_to: item.reply_to, thread: item.thread, files: item.files }), () => this.showOutbox());
      this.watching = false; this.asking = false; this.over = false; this.timer = 0; this.told = Number(root.dataset.mark || 0);
      this.scan();
      this.last = Math.max(Number(root.dataset.head || 0), 0, ...this.shown.keys());
      if (this.form) this.compose();
      this.showOutbox();
      this.toEnd();
    }
    /* What the server rendered, now or when earlier messages were asked for. */
    scan() {
      const fresh = [];
      this.list.querySelectorAll('script[type="application/json"]').forEach((data) => {
        JSON.parse(data.textContent).forEach((frame) => { this.frames.set(frame.seq, frame); fresh.push(frame); });
        data.remove();
      });
      this.list.querySelectorAll("[data-seq]").forEach((li) => { this.shown.set(Number(li.dataset.seq), li); if (li.dataset.cid) { this.byCid.set(li.dataset.cid, li); this.outbox.taken(li.dataset.cid); } });
      /* What is about the reader himself only this page knows: his own reactions, calls of him, new answers. */
      fresh.forEach((frame) => { if ((frame.reactions || []).length || (frame.mentions || []).length || frame.replies) this.redraw(frame); });
    }

    /* Writing: the draft, and what was not yet taken, survive a reload. */
    compose() {
      const text = (this.text = this.form.querySelector("textarea")), most = Number(this.say.max || 8192);
      if (!text.value) text.value = alDraft.read(this.key);
      let typed = 0;
      const draft = () => {
        const left = most - size(text.value);
        alDraft.write(this.key, text.value);
        text.classList.toggle("is-invalid", left < 0);
        this.tell(left < most / 5 ? this.say.sayLeft.replace("%d", left) : text.value ? this.say.sayKept : "");
      };
      text.addEventListener("input", () => { draft(); if (Date.now() - typed > 3000) { typed = Date.now(); chat.send({ type: "typing", room: this.id }); } });
      if (text.value) draft();
      if (window.alFiles) alFiles.show(this);
      /* Before htmx: the socket's way has numbers and an outbox; without this script the form posts. */
      this.form.addEventListener("submit", (e) => { e.preventDefault(); e.stopImmediatePropagation(); this.submit(); }, true);
      text.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing && matchMedia("(hover: hover)").matches) { e.preventDefault(); this.submit(); } });
    }
    submit() {
      const body = this.text.value.trim();
      const files = window.alFiles;
      if (this.over || size(body) > Number(this.say.max || 8192)) return;
      if (body && window.alTalk && alTalk.changes(this, body)) return;
      if (body && window.alCommands && alCommands.runs(this, body)) return;
      if (files && files.holds(this)) return;
      if (!body && !(files && files.has(this))) return;
      const language = this.form.querySelector("[name=language]"), item = { cid: uuid(), body: body, language: language ? language.value : "", ...(window.alTalk ? alTalk.aside(this) : {}) };
      this.outbox.add(item);
      this.text.value = ""; alDraft.write(this.key, ""); this.text.focus(); this.toEnd();
    }
    tell(text) { if (this.note) this.note.textContent = text || ""; }
    /* The lines of what waits: those of another window too, and none of what it has sent meanwhile. */
    showOutbox() {
      const items = this.outbox.items, waiting = new Set(items.map((item) => item.cid));
      this.root.querySelectorAll("li.pending").forEach((li) => { if (!li.dataset.seq && !waiting.has(li.dataset.cid) && !li.dataset.acked) { li.remove(); this.byCid.delete(li.dataset.cid); } });
      items.forEach((item) => { const li = this.byCid.get(item.cid); if (!li || li.dataset.why !== (item.failed || "")) this.pend(item); });
      this.tell(this.outbox.waits && !this.watching ? this.say.sayWaiting : "");
    }
    /* A number is known before the message is shown: its line stays where it waits. */
    acked(cid) { const li = this.byCid.get(cid); if (li) { li.classList.remove("pending"); li.dataset.acked = "1"; } this.outbox.taken(cid); }
    refused(frame) { this.outbox.refused(frame.cid, frame.message || frame.code, frame.retry_after); if (frame.retry_after && frame.message) this.tell(frame.message); }
    /* A message of mine that the server has not numbered yet, at the end. */
    pend(item) {
      const old = this.byCid.get(item.cid);
      if (old) old.remove();
      const li = this.build({ cid: item.cid, body: item.body, language: item.language, kind: "message", quoted: item.quoted, author: { id: this.say.me, name: this.say.myName || "", member: this.say.myMember || "", zone: this.say.zone } });
      li.classList.add("pending"); li.dataset.why = item.failed || "";
      if (item.failed) {
        const again = make("button", "btn btn-ghost btn-sm", this.say.sayAgain), why = make("span", "small", this.say.sayFailed.replace("%s", item.failed) + " ");
        again.type = "button";
        again.addEventListener("click", () => this.outbox.again(item.cid));
        li.classList.add("failed"); why.append(again); li.querySelector(".al-body").append(why);
      }
      ((window.alTalk && item.thread && alTalk.foldOf(this, item.thread)) || this.list).append(li); this.byCid.set(item.cid, li);
    }

    /* Reading: by number, each once; a hole older than 300 ms is asked for. */
    take(frame) {
      if (frame.seq <= this.last) { this.place(frame); return; }
      this.early.set(frame.seq, frame);
      while (this.early.has(this.last + 1)) { this.last += 1; this.place(this.early.get(this.last)); this.early.delete(this.last); }
      if (this.early.size && !this.timer) this.timer = setTimeout(() => { this.timer = 0; if (this.early.size) this.ask(); }, GAP_IN_MS);
      this.read();
    }
    async ask(head) {
      if (this.asking || this.over) return;
      this.asking = true;
      try {
        for (let more = true; more;) {
          const answer = await fetch("/api/v1/rooms/" + this.id + "/messages/?after=" + this.last, { headers: { Accept: "application/json" }, credentials: "same-origin" });
          if (answer.status === 404 || answer.status === 403) { this.ended(); return; }
          if (!answer.ok) return;
          const page = await answer.json(), rows = Array.isArray(page) ? page : page.results || page.messages || [];
          rows.forEach((row) => { this.place(row); this.last = Math.max(this.last, row.seq); this.early.delete(row.seq); });
          more = rows.length >= 200;
        }
        /* What the server does not list is no message: the room's own first event has a number too. */
        this.last = Math.max(this.last, head || 0);
        Array.from(this.early.keys()).sort((a, b) => a - b).forEach((seq) => { this.place(this.early.get(seq)); this.last = Math.max(this.last, seq); });
        this.early.clear(); this.read();
      } catch (error) { /* offline: joining again asks again */ } finally { this.asking = false; }
    }
    /* Too much was missed, or the numbers are others than they were: the last of them, anew. */
    anew(head) {
      Array.from(this.list.children).forEach((li) => { if (!li.matches(".pending")) li.remove(); });
      this.shown.clear(); this.early.clear(); this.frames.clear(); this.byCid.clear();
      this.last = head; this.showOutbox();
      if (window.htmx) htmx.ajax("GET", "/rooms/" + this.id + "/earlier/?before=" + (head + 1), { target: this.list, swap: "afterbegin" });
    }
    place(frame) {
      if (frame.cid) this.outbox.taken(frame.cid);
      if (frame.target) { this.redraw(alLines.apply(this, frame)); if (window.alTalk) alTalk.changed(this, frame); return; }
      if (frame.thread) { if (!this.frames.has(frame.seq)) this.frames.set(frame.seq, frame); this.redraw(alLines.replied(this, frame)); this.unpend(frame); if (window.alTalk) alTalk.replied(this, frame); return; }
      if (!this.frames.has(frame.seq)) this.frames.set(frame.seq, frame);
      if (this.shown.has(frame.seq)) return;
      const stays = this.atEnd() || (frame.author && frame.author.id === this.say.me), li = this.build(frame);
      this.unpend(frame);
      const before = Math.max(...Array.from(this.shown.keys()).filter((seq) => seq < frame.seq));
      const pending = this.list.querySelector(".pending");
      if (Number.isFinite(before) && before >= 0) this.after(before).after(li);
      else if (this.shown.size) this.list.insertBefore(li, this.shown.get(Math.min(...this.shown.keys())));
      else if (pending) pending.before(li);
      else this.list.append(li);
      /* A card is drawn for each reader by the page of what it stands for. */
      if (frame.has_card && window.htmx) htmx.ajax("GET", "/rooms/" + this.id + "/cards/" + frame.seq + "/", { target: li.querySelector(".al-roomcard"), swap: "outerHTML" });
      this.shown.set(frame.seq, li); if (frame.cid) this.byCid.set(frame.cid, li);
      const empty = this.list.querySelector("[data-empty]"); if (empty) empty.remove();
      if (frame.author) this.quiet(frame.author.id);
      if (window.alTalk) alTalk.drawSeen(this);
      if (stays) this.toEnd();
    }
    /* What stands last of a message: an open thread stands below it. */
    after(seq) { const li = this.shown.get(seq), fold = li.nextElementSibling; return fold && fold.matches(".al-threadrow") ? fold : li; }
    /* The line of my own that waited for this message. */
    unpend(frame) { const mine = this.byCid.get(frame.cid); if (mine && !mine.dataset.seq) { mine.remove(); this.byCid.delete(frame.cid); } }
    redraw(frame) {
      const old = frame && (this.shown.get(frame.seq) || this.folded.get(frame.seq));
      if (!old) return;
      const li = this.build(frame), held = old.contains(document.activeElement) || old === document.activeElement;
      /* What one is about to press stays where it is. */
      if (!frame.is_deleted) old.querySelectorAll(":scope > :is(.al-tools, .al-picker)").forEach((one) => li.append(one));
      li.classList.toggle("open", old.classList.contains("open"));
      old.replaceWith(li); (this.folded.has(frame.seq) ? this.folded : this.shown).set(frame.seq, li); if (frame.cid) this.byCid.set(frame.cid, li);
      if (held) li.focus({ preventScroll: true });
    }
    build(frame) { return alLines.build(this, frame); }
    atEnd() { return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80; }
    toEnd() { this.list.scrollTop = this.list.scrollHeight; }
    /* What is read within half a second is said once. */
    read() {
      if (this.reading || !this.watching || document.visibilityState !== "visible" || this.last <= this.told) return;
      this.reading = setTimeout(() => { this.reading = 0; if (this.watching && this.last > this.told) { this.told = this.last; chat.send({ type: "read", room: this.id, seq: this.last }); } }, READ_IN_MS);
    }

    /* Who is here, with the time at their place; who writes. */
    people(list) {
      const here = this.root.querySelector("[data-here]"), box = this.root.querySelector("[data-people]");
      if (here) here.textContent = this.say.sayHere.replace("%d", list.length);
      alLines.present(this, list);
      if (!box) return;
      box.replaceChildren(...list.slice(0, 8).map((person) => {
        const avatar = make("span", "avatar avatar-sm" + (person.on_duty ? " on" : ""), monogram(person.name));
        const words = [person.name, person.member, alLines.clock(this, alLines.now(), person.zone) + " " + city(person.zone), person.on_duty ? this.say.sayOnDuty : ""].filter(Boolean).join(" · ");
        avatar.title = words; avatar.setAttribute("role", "img"); avatar.setAttribute("aria-label", words);
        return avatar;
      }));
    }
    typing(person) {
      if (!person || person.id === this.say.me) return;
      clearTimeout((this.typers.get(person.id) || {}).timer);
      this.typers.set(person.id, { name: person.name, timer: setTimeout(() => this.quiet(person.id), TYPING_IN_MS) });
      this.showTyping();
    }
    quiet(id) { if (this.typers.delete(id)) this.showTyping(); }
    showTyping() {
      const line = this.root.querySelector("[data-typing]");
      if (!line) return;
      const names = Array.from(this.typers.values(), (one) => one.name);
      line.hidden = !names.length; line.textContent = names.length ? this.say.sayTyping.replace("%s", names.join(", ")) : "";
    }
    ended() {
      this.over = true; this.watching = false; this.tell(this.say.sayEnded);
      if (!this.form) return;
      this.text.readOnly = true;
      this.form.querySelectorAll("button").forEach((button) => { button.setAttribute("aria-disabled", "true"); if (this.note && this.note.id) button.setAttribute("aria-describedby", this.note.id); });
    }
  }

  const chat = {
    socket: null, tries: 0, rooms: new Map(), stopped: false, timer: 0,
    send(frame) { if (this.socket) this.socket.send(frame); },
    adopt() {
      this.rooms.forEach((room, id) => { if (!room.root.isConnected) { this.rooms.delete(id); this.send({ type: "unwatch", subject: "room:" + id }); } else room.scan(); });
      document.querySelectorAll("[data-chat]").forEach((root) => {
        if (this.rooms.has(root.dataset.room)) return;
        const room = new Room(root);
        this.rooms.set(room.id, room); this.join(room);
      });
      if (this.rooms.size && !this.socket && !this.stopped) this.open();
    },
    join(room) { room.watching = false; room.outbox.shut(); if (!room.over) this.send({ type: "watch", subject: "room:" + room.id, after: room.last }); },
    of(frame) { return this.rooms.get(frame.room || String(frame.subject || "").replace(/^room:/, "")); },
    on: {
      hello(frame) {
        chat.tries = 0;
        /* The server was put back to an earlier state: what the page shows may never have been. */
        if (chat.epoch && frame.epoch !== chat.epoch) { location.reload(); return; }
        chat.epoch = frame.epoch;
        chat.rooms.forEach((room) => chat.join(room));
      },
      /* The missed messages follow this frame; what has not come by then is asked for. */
      watching(frame, room) { room.watching = true; if (frame.head > room.last) setTimeout(() => { if (frame.head > room.last) room.ask(frame.head); }, 3 * GAP_IN_MS); room.outbox.open(); room.showOutbox(); room.read(); if (window.alTalk) alTalk.joined(room); },
      message(frame, room) { room.take(frame); },
      ack(frame, room) { room.acked(frame.cid); },
      presence(frame, room) { room.people(frame.people || []); },
      typing(frame, room) { room.typing(frame.person); },
      beat(frame) { Object.entries(frame.heads || {}).forEach(([subject, head]) => { const room = chat.rooms.get(subject.replace(/^room:/, "")); if (room && head > room.last) room.ask(head); }); },
      resync(frame, room) { (room ? [room] : Array.from(chat.rooms.values())).forEach((one) => one.ask()); },
      read() { if (window.alStream) alStream.rooms(); },
      seen(frame, room) { if (window.alTalk) alTalk.seen(room, frame.marks || []); },
      reset(frame, room) { room.anew(frame.head); },
      refused(frame, room) { if (frame.cid) room.refused(frame); else if (frame.subject) room.ended(); },
      revoked(frame, room) { room.ended(); },
    },
    open() {
      this.socket = window.alLine("/ws/chat/", (frame) => {
        const act = this.on[frame.type], room = this.of(frame);
        if (act && (room || ["hello", "beat", "resync"].includes(frame.type))) act(frame, room);
      }, (code) => {
        this.socket = null;
        this.rooms.forEach((room) => { room.watching = false; room.outbox.shut(); });
        if (code === 4401) this.stopped = true;
        /* Another room on the page may still be open: joining again sorts out which. */
        if (this.stopped || !Array.from(this.rooms.values()).some((room) => !room.over)) return;
        this.tries += 1;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => { if (!this.socket && !this.stopped) this.open(); }, Math.min(15000, 250 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random() / 2));
      });
    },
  };
  document.addEventListener("htmx:afterSettle", () => chat.adopt());
  document.addEventListener("visibilitychange", () => chat.rooms.forEach((room) => room.read()));
  window.addEventListener("online", () => { if (!chat.socket && chat.rooms.size) { clearTimeout(chat.timer); chat.open(); } });
  window.addEventListener("pagehide", () => { chat.stopped = true; if (chat.socket) chat.socket.drop(); chat.socket = null; });
  window.addEventListener("pageshow", (e) => { if (e.persisted) { chat.stopped = false; chat.adopt(); } });
  window.alChat = chat;
  chat.adopt();
})();
