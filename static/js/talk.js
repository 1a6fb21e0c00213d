/* What one does in a room: answer, change, react, pin, delete, threads, calling people, and the keys for it.
   Works on rooms that chat.js made live; each act goes to the API and comes back as an entry like everybody's. */
(function () {
  "use strict";
  const $ = (s, r) => (r || document).querySelector(s), $$ = (s, r) => Array.from((r || document).querySelectorAll(s));
  const clone = (room, name) => { const found = $("template[" + name + "]", room.root); return found ? found.content.firstElementChild.cloneNode(true) : null; };
  const token = () => { try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (error) { return ""; } };
  const roomOf = (el) => { const root = el.closest && el.closest("[data-chat]"); return root && window.alChat ? alChat.rooms.get(root.dataset.room) : null; };
  const frameOf = (room, li) => room && li && room.frames.get(Number(li.dataset.seq));

  const ask = async (room, path, data) => {
    const answer = await fetch("/api/v1/rooms/" + room.id + path, { method: data ? "POST" : "GET", credentials: "same-origin", headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() }, body: data ? JSON.stringify(data) : undefined });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.detail || said.title || String(answer.status));
    return said;
  };
  /* An act on a message; what comes back is the message as it is now. */
  const act = async (room, frame, verb, data) => {
    try {
      const now = await ask(room, "/messages/" + frame.seq + "/" + verb + "/", data || {});
      room.frames.set(now.seq, now); room.redraw(now); pinned(room, verb);
      return true;
    } catch (error) { room.tell(room.say.sayNoMore.replace("%s", error.message)); if (window.alTell) alTell(error.message); return false; }
  };
  const react = (room, frame, emoji) => {
    const mine = (frame.reactions || []).some((one) => one.emoji === emoji && one.people.some((person) => person.id === room.say.me));
    act(room, frame, mine ? "unreact" : "react", { emoji: emoji });
  };
  const pinned = (room, verb) => { if (["pin", "unpin", "delete", "deletion"].includes(verb) && window.htmx) htmx.ajax("GET", "/rooms/" + room.id + "/pins/", { target: "#pins-" + room.id, swap: "innerHTML" }); };

  /* What the next message is: an answer, a part of a thread, or the change of an old one. */
  const set = (room, context) => {
    if (!room.form) return;
    if (room.context && room.context.edit && !context.keep) room.text.value = "";
    room.context = context;
    const box = $("[data-aside]", room.form), frame = context.edit || context.reply || context.thread;
    if (box) { box.hidden = !frame; if (frame) $("[data-aside-text]", box).textContent = context.edit ? room.say.sayChanging : (context.thread && !context.reply ? room.say.sayInThread : room.say.sayAnswering).replace("%s", frame.author.name); }
    if (context.edit) { room.text.value = frame.body; room.text.setSelectionRange(frame.body.length, frame.body.length); }
    if (frame) room.text.focus();
  };
  const end = (room) => set(room, {});
  const aside = (room) => {
    const context = room.context || {}, found = {};
    if (window.alFiles && alFiles.has(room)) found.files = alFiles.take(room);
    if (context.reply) { found.reply_to = context.reply.seq; found.quoted = { seq: context.reply.seq, author: context.reply.author, excerpt: context.reply.body.slice(0, 160), is_deleted: false }; }
    if (context.thread) found.thread = context.thread.thread || context.thread.seq;
    else if (context.reply && context.reply.thread) found.thread = context.reply.thread;
    /* A thread stays open for more; an answer is one message. */
    if (context.reply) set(room, context.thread ? { thread: context.thread } : {});
    return found;
  };
  const changes = (room, body) => {
    const frame = room.context && room.context.edit;
    if (!frame) return false;
    act(room, frame, "edit", { body: body, language: frame.language }).then((done) => { if (done) end(room); });
    return true;
  };

  /* Threads: opened below their first message. */
  const foldOf = (room, seq) => { const row = room.folds && room.folds.get(seq); if (row && !row.isConnected) { room.folds.delete(seq); room.folded.clear(); return null; } return row ? $("ol", row) : null; };
  const open = async (room, seq) => {
    const li = room.shown.get(seq), box = clone(room, "data-fold-of");
    if (!li || !box) return;
    room.folds = room.folds || new Map();
    const row = alLines.make("li", "al-threadrow"); row.append(box); li.after(row); room.folds.set(seq, row); li.classList.add("open");
    const page = await ask(room, "/messages/?before=9007199254740991&thread=" + seq).catch(() => ({ results: [] }));
    page.results.filter((frame) => frame.seq !== seq).forEach((frame) => fold(room, seq, frame));
    const last = page.results.length ? page.results[page.results.length - 1].seq : 0;
    room.threadMarks.set(seq, last);
    if (last > seq) ask(room, "/read/", { seq: last, thread: seq }).catch(() => 0);
    room.redraw(room.frames.get(seq)); room.shown.get(seq).classList.add("open");
  };
  const fold = (room, seq, frame) => {
    if (room.folded.has(frame.seq)) return;
    room.frames.set(frame.seq, frame);
    const li = room.build(frame), list = foldOf(room, seq);
    if (!list) return;
    room.unpend(frame); const waiting = $(".pending", list);
    if (waiting) waiting.before(li); else list.append(li);
    room.folded.set(frame.seq, li); if (frame.cid) room.byCid.set(frame.cid, li);
  };
  const close = (room, seq) => {
    const row = room.folds.get(seq);
    $$("[data-seq]", row).forEach((li) => room.folded.delete(Number(li.dataset.seq)));
    row.remove(); room.folds.delete(seq); room.shown.get(seq).classList.remove("open");
    if (room.context && room.context.thread && room.context.thread.seq === seq) end(room);
  };
  const toggle = (room, seq) => { if (foldOf(room, seq)) { close(room, seq); return Promise.resolve(); } return open(room, seq); };
  const inThread = (room, frame) => { const seq = frame.thread || frame.seq; set(room, { thread: room.frames.get(seq) || frame }); if (!foldOf(room, seq) && room.shown.has(seq)) open(room, seq); };

  /* The bar of a message: where the pointer or the focus is. */
  const show = (room, li) => {
    if (!room || !room.form || !li || $(":scope > .al-tools", li)) return;
    $$(".al-tools, .al-picker", room.root).forEach((one) => one.remove());
    const frame = frameOf(room, li), bar = clone(room, "data-tools");
    if (!frame || !bar || frame.is_deleted || li.matches(".pending")) return;
    const mine = frame.author && frame.author.id === room.say.me;
    if (!mine) $$("[data-mine]", bar).forEach((one) => one.remove());
    if (!mine && !("mayErase" in room.say)) $$("[data-erasable]", bar).forEach((one) => one.remove());
    $("[data-act=pin]", bar).setAttribute("aria-pressed", String(Boolean(frame.pinned_by)));
    $("[data-act=more]", bar).href = "/rooms/" + room.id + "/messages/" + frame.seq + "/";
    li.append(bar);
  };
  const pick = (room, li, frame) => {
    const old = $(".al-picker", li); if (old) { old.remove(); return; }
    const box = clone(room, "data-picker"), other = $("input", box);
    box.addEventListener("click", (e) => { const button = e.target.closest("[data-emoji]"); if (button) { e.stopPropagation(); react(room, frame, button.dataset.emoji); box.remove(); } });
    other.addEventListener("keydown", (e) => { if (e.key === "Enter" && other.value.trim()) { e.preventDefault(); react(room, frame, other.value.trim()); box.remove(); } });
    li.append(box); $("button", box).focus();
  };
  const verbs = {
    react(room, li, frame, button) { react(room, frame, button.dataset.emoji); },
    pick: pick,
    reply(room, li, frame) { set(room, { reply: frame, thread: frame.thread ? room.frames.get(frame.thread) : undefined }); },
    thread(room, li, frame) { inThread(room, frame); },
    pin(room, li, frame) { act(room, frame, frame.pinned_by ? "unpin" : "pin"); },
    edit(room, li, frame) { set(room, { edit: frame, keep: true }); },
    delete(room, li, frame, button) {
      if (button.dataset.armed) { act(room, frame, "delete"); return; }
      button.dataset.armed = "1"; button.textContent = button.dataset.sure; setTimeout(() => { if (button.isConnected) { delete button.dataset.armed; const bar = button.closest(".al-tools"); if (bar) bar.remove(); } }, 4000);
    },
  };
  const jump = (room, seq) => {
    const li = room && (room.shown.get(seq) || room.folded.get(seq));
    if (!li) return false;
    li.scrollIntoView({ block: "center" }); li.focus({ preventScroll: true }); li.classList.add("al-flashed"); setTimeout(() => li.classList.remove("al-flashed"), 1200);
    return true;
  };

  document.addEventListener("pointerover", (e) => { const li = e.target.closest && e.target.closest(".al-msg[data-seq]"); if (li && matchMedia("(hover: hover)").matches) show(roomOf(li), li); });
  document.addEventListener("focusin", (e) => { const li = e.target.closest(".al-msg[data-seq]"); if (li) show(roomOf(li), li); });
  document.addEventListener("click", (e) => {
    const room = roomOf(e.target); if (!room) return;
    const li = e.target.closest(".al-msg[data-seq]"), frame = frameOf(room, li);
    const button = e.target.closest("[data-act]"), emoji = e.target.closest(".al-react"), thread = e.target.closest("[data-thread]"), quoted = e.target.closest(".al-quoted"), to = e.target.closest("[data-jump]");
    if (button && button.dataset.act === "in-thread") { const row = button.closest(".al-threadrow"); const found = Array.from(room.folds).find((one) => one[1] === row); if (found) set(room, { thread: room.frames.get(found[0]) }); return; }
    if (button && frame && verbs[button.dataset.act]) { e.preventDefault(); verbs[button.dataset.act](room, li, frame, button); return; }
    if (emoji && frame && room.form) { react(room, frame, emoji.dataset.emoji); return; }
    if (thread && room.form) { e.preventDefault(); toggle(room, Number(thread.dataset.thread)); return; }
    if (quoted && jump(room, Number(quoted.hash.replace("#message-", "")))) { e.preventDefault(); return; }
    if (to && jump(room, Number(to.dataset.jump))) { e.preventDefault(); return; }
    if (e.target.closest("[data-to-new]")) { e.preventDefault(); const line = $(".al-divider", room.root); if (line) line.scrollIntoView({ block: "start" }); return; }
    if (e.target.closest("[data-aside-end]")) end(room);
  });

  /* Keys: on a message, in the list, in the composer. */
  const step = (room, li, by) => { const all = $$(".al-msg[data-seq]", room.list), at = all.indexOf(li), next = at < 0 ? all[all.length - 1] : all[at + by]; if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); } };
  const keys = { r: "reply", t: "thread", p: "pin", e: "edit", "+": "pick" };
  document.addEventListener("keydown", (e) => {
    const room = roomOf(e.target); if (!room || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const li = e.target.closest(".al-msg[data-seq]"), frame = frameOf(room, li), writing = e.target.matches("textarea, input");
    if (e.key === "Escape") {
      const picker = $(".al-picker", room.root); if (picker) { picker.remove(); if (li) li.focus(); return; }
      if (writing && room.context && (room.context.edit || room.context.reply || room.context.thread)) { e.preventDefault(); end(room); return; }
      if (writing && !complete.open(room)) e.target.blur();
      return;
    }
    if (writing) {
      if (e.key === "ArrowUp" && e.target === room.text && !room.text.value && !(room.context && room.context.edit)) {
        const own = Array.from(room.frames.values()).filter((one) => one.kind === "message" && one.author && one.author.id === room.say.me && !one.is_deleted).sort((a, b) => b.seq - a.seq)[0];
        if (own) { e.preventDefault(); set(room, { edit: own, keep: true }); }
      }
      return;
    }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { if (e.target === room.list || e.target === li) { e.preventDefault(); e.stopPropagation(); step(room, li, e.key === "ArrowDown" ? 1 : -1); } return; }
    if (frame && keys[e.key] && room.form && !frame.is_deleted) {
      const button = $('.al-tools [data-act="' + keys[e.key] + '"]', li);
      if (button) { e.preventDefault(); e.stopPropagation(); verbs[keys[e.key]](room, li, frame, button); }
    }
  }, true);
  document.addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, textarea, select") || $("dialog[open]")) return;
    const text = $("[data-chat] [data-compose] textarea"); if (text) { e.preventDefault(); e.stopPropagation(); text.focus(); }
  }, true);

  /* Calling: @ and what follows offers whom one sees here. */
  const complete = {
    people: new Map(),
    open(room) { const list = $("[data-callees]", room.form || document); return Boolean(list && !list.hidden); },
    word(text) { const before = text.value.slice(0, text.selectionStart), at = before.lastIndexOf("@"); if (at < 0 || (at > 0 && /[\p{L}\p{N}_]/u.test(before[at - 1])) || /\s/.test(before.slice(at))) return null; return { at: at, typed: before.slice(at + 1).toLowerCase() }; },
    async known(room) {
      const kept = this.people.get(room.id);
      if (kept && Date.now() - kept.at < 60000) return kept.people;
      const people = await ask(room, "/people/").catch(() => []);
      this.people.set(room.id, { at: Date.now(), people: people });
      return people;
    },
    async offer(room) {
      const list = $("[data-callees]", room.form), word = this.word(room.text);
      if (!list) return;
      if (!word) { this.hide(room); return; }
      this.draw(room, await this.known(room));
    },
    draw(room, people) {
      const list = $("[data-callees]", room.form), word = this.word(room.text);
      if (!word) { this.hide(room); return; }
      list.dataset.typed = word.typed;
      const found = people.filter((one) => one.handle.startsWith(word.typed) || one.name.toLowerCase().includes(word.typed)).slice(0, 8);
      list.replaceChildren(...found.map((one, n) => {
        const li = alLines.make("li"), name = alLines.make("b"); name.append(alLines.make("bdi", "", one.name));
        li.id = "callee-" + room.id + "-" + n; li.setAttribute("role", "option"); li.dataset.handle = one.handle; li.setAttribute("aria-selected", String(n === 0));
        li.append(name, " ", alLines.make("span", "muted", "@" + one.handle));
        if (one.member) { li.append(" ", alLines.make("span", one.is_ours ? "muted" : "al-ext", one.member)); }
        if (one.zone) li.append(" ", alLines.make("span", "muted push", alLines.clock(room, alLines.now(), one.zone) + " " + alLines.city(one.zone)));
        return li;
      }));
      list.hidden = !found.length; this.point(room);
    },
    point(room) { const list = $("[data-callees]", room.form), chosen = $("[aria-selected=true]", list); room.text.setAttribute("aria-expanded", String(!list.hidden)); if (chosen && !list.hidden) { room.text.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); } else room.text.removeAttribute("aria-activedescendant"); },
    hide(room) { const list = $("[data-callees]", room.form); if (list) { list.hidden = true; this.point(room); } },
    move(room, by) { const all = $$("[role=option]", $("[data-callees]", room.form)), at = all.findIndex((li) => li.getAttribute("aria-selected") === "true"); all.forEach((li) => li.setAttribute("aria-selected", "false")); all[(at + by + all.length) % all.length].setAttribute("aria-selected", "true"); this.point(room); },
    take(room, li) {
      const word = this.word(room.text); if (!word || !li) return;
      const text = room.text, after = text.value.slice(text.selectionStart), handle = "@" + li.dataset.handle + " ";
      text.value = text.value.slice(0, word.at) + handle + after; text.selectionStart = text.selectionEnd = word.at + handle.length;
      this.hide(room); text.dispatchEvent(new Event("input", { bubbles: true })); text.focus();
    },
  };
  document.addEventListener("input", (e) => { const room = roomOf(e.target); if (room && e.target === room.text) complete.offer(room); });
  document.addEventListener("focusout", (e) => { const room = roomOf(e.target); if (room && e.target === room.text) setTimeout(() => complete.hide(room), 150); });
  document.addEventListener("pointerdown", (e) => { const li = e.target.closest && e.target.closest("[data-callees] [role=option]"), room = li && roomOf(li); if (room) { e.preventDefault(); complete.take(room, li); } });
  document.addEventListener("keydown", (e) => {
    const room = roomOf(e.target);
    if (!room || e.target !== room.text || !complete.open(room) || e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") complete.move(room, e.key === "ArrowDown" ? 1 : -1);
    else if (e.key === "Enter" || e.key === "Tab") {
      /* What was typed since the offer was drawn counts, too. */
      const word = complete.word(room.text), kept = complete.people.get(room.id);
      if (word && kept && word.typed !== $("[data-callees]", room.form).dataset.typed) complete.draw(room, kept.people);
      if (!complete.open(room)) return;
      complete.take(room, $("[data-callees] [aria-selected=true]", room.form));
    } else if (e.key === "Escape") complete.hide(room);
    else return;
    e.preventDefault(); e.stopImmediatePropagation();
  }, true);

  /* Who has read to the end: asked for once, when the room is joined; from then on each mark that moves is told. */
  const marksOf = (room) => { room.marks = room.marks || new Map(); return room.marks; };
  const drawSeen = (room) => {
    const line = $("[data-seen]", room.root);
    if (!line || room.drawing) return;
    room.drawing = setTimeout(() => {
      room.drawing = 0;
      let last = 0; room.frames.forEach((one) => { if (one.kind === "message" && !one.thread && one.seq > last) last = one.seq; });
      const names = Array.from(marksOf(room).values()).filter((one) => last && one.seq >= last && one.person.id !== room.say.me).map((one) => alLines.named(room, one.person));
      line.hidden = !names.length; line.textContent = names.length ? room.say.saySeen.replace("%s", names.slice(0, 6).join(", ") + (names.length > 6 ? " +" + (names.length - 6) : "")) : "";
    }, 100);
  };
  const seen = (room, marks) => {
    marks.forEach((one) => { const who = one.person.id + one.person.member, known = marksOf(room).get(who); if (!known || known.seq < one.seq) marksOf(room).set(who, one); });
    drawSeen(room);
  };
  const joined = (room) => { if ($("[data-seen]", room.root)) ask(room, "/marks/").then((marks) => seen(room, marks)).catch(() => 0); };

  /* The list of rooms narrows while one types. */
  document.addEventListener("input", (e) => {
    if (!e.target.matches("[data-room-filter]")) return;
    const wanted = e.target.value.trim().toLowerCase();
    $$("[data-name]", e.target.closest(".al-roomlist")).forEach((li) => { li.hidden = Boolean(wanted) && !li.dataset.name.toLowerCase().includes(wanted); });
  });

  window.alTalk = {
    aside: aside, changes: changes, foldOf: foldOf, seen: seen, drawSeen: drawSeen, joined: joined,
    changed(room, entry) { if (["pin", "unpin", "deletion"].includes(entry.kind)) pinned(room, entry.kind); },
    replied(room, frame) { if (foldOf(room, frame.thread)) { fold(room, frame.thread, frame); room.threadMarks.set(frame.thread, frame.seq); ask(room, "/read/", { seq: frame.seq, thread: frame.thread }).catch(() => 0); room.redraw(room.frames.get(frame.thread)); } },
  };
})();
