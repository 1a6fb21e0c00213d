/* A room writes the file: slash commands with completion, and messages that become evidence, a task, a decision or a line of the briefing.
   What a command answers is shown to whoever typed it, alone; what the room shall know comes back as a notice like everybody's.
   Two slashes begin a message that begins with one. */
(function () {
  "use strict";
  const $ = (s, r) => (r || document).querySelector(s), $$ = (s, r) => Array.from((r || document).querySelectorAll(s));
  const KINDS = ["evidence", "task", "decision", "briefing"];
  const token = () => { try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (error) { return ""; } };
  const roomOf = (el) => { const root = el.closest && el.closest("[data-chat]"); return root && window.alChat ? alChat.rooms.get(root.dataset.room) : null; };
  const why = (said, status) => { const lines = Object.values(said.errors || said.fields || {}).flat().map((one) => (typeof one === "string" ? one : one.message || "")); return lines.filter(Boolean).join(" ") || said.detail || said.title || String(status); };
  const ask = async (room, path, data) => {
    const answer = await fetch("/api/v1/rooms/" + room.id + path, { method: data ? "POST" : "GET", credentials: "same-origin", headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() }, body: data ? JSON.stringify(data) : undefined });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(why(said, answer.status));
    return said;
  };

  /* What the server says to the sender alone, until he writes again. */
  const answered = (room, text, failed) => {
    const line = $("[data-answered]", room.root);
    if (!line) { room.tell(text); return; }
    line.textContent = text; line.hidden = !text; line.classList.toggle("failed", Boolean(failed));
  };

  const known = new Map();
  const all = async (room) => {
    if (!known.has(room.id)) { const found = await ask(room, "/commands/").catch(() => null); if (!found) return []; known.set(room.id, found); }
    return known.get(room.id);
  };
  const nameIn = (text) => { const match = /^\s*(\/[a-z]+)(?:\s|$)/.exec(text); return match ? match[1] : ""; };
  const offline = (error) => error instanceof TypeError;

  /* Whether what is to be sent is a command: then it is run, and kept in the field until it has worked. */
  const runs = (room, body) => {
    if (body.startsWith("//")) { room.text.value = body.slice(1); return false; }
    const name = nameIn(body), commands = known.get(room.id);
    if (!name || (commands && !commands.some((one) => one.name === name))) return false;
    if (room.running) return true;
    room.running = true; room.text.setAttribute("aria-busy", "true"); hide(room);
    ask(room, "/commands/", { text: body }).then((said) => {
      if (room.text.value.trim() === body) { room.text.value = ""; room.text.dispatchEvent(new Event("input", { bubbles: true })); }
      answered(room, said.text);
    }).catch((error) => answered(room, offline(error) ? room.say.sayWaiting : error.message, true)).finally(() => { room.running = false; room.text.removeAttribute("aria-busy"); });
    return true;
  };

  /* Completion: while the first word is typed. */
  const list = (room) => $("[data-commands]", room.form || document);
  const open = (room) => { const found = list(room); return Boolean(found && !found.hidden); };
  const word = (text) => { const match = /^\s*(\/[a-z]*)$/.exec(text.value.slice(0, text.selectionStart)); return match ? match[1] : ""; };
  const point = (room) => { const box = list(room), chosen = $("[aria-selected=true]", box); room.text.setAttribute("aria-expanded", String(!box.hidden)); if (chosen && !box.hidden) { room.text.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); } else room.text.removeAttribute("aria-activedescendant"); };
  const hide = (room) => { const box = list(room); if (box && !box.hidden) { box.hidden = true; point(room); } };
  const offer = async (room) => {
    const box = list(room);
    if (!box) return;
    if (!word(room.text)) { hide(room); return; }
    const commands = await all(room), typed = word(room.text);
    if (!typed) { hide(room); return; }
    box.replaceChildren(...commands.filter((one) => one.name.startsWith(typed)).map((one, n) => {
      const li = alLines.make("li"), usage = alLines.make("span", "muted mono", one.usage); usage.dir = "auto";
      li.id = "command-" + room.id + "-" + n; li.setAttribute("role", "option"); li.dataset.name = one.name; li.setAttribute("aria-selected", String(n === 0));
      li.append(alLines.make("b", "mono", one.name), " ", alLines.make("span", "", one.description), " ", usage);
      return li;
    }));
    box.hidden = !box.children.length; point(room);
  };
  const move = (room, by) => { const options = $$("[role=option]", list(room)), at = options.findIndex((li) => li.getAttribute("aria-selected") === "true"); options.forEach((li) => li.setAttribute("aria-selected", "false")); options[(at + by + options.length) % options.length].setAttribute("aria-selected", "true"); point(room); };
  const take = (room, li) => {
    const text = room.text, rest = text.value.slice(text.selectionStart).replace(/^\S*\s?/, ""), begun = li.dataset.name + " ";
    text.value = begun + rest; text.selectionStart = text.selectionEnd = begun.length;
    hide(room); text.focus();
  };
  document.addEventListener("input", (e) => { const room = roomOf(e.target); if (room && e.target === room.text) { if (room.text.value) answered(room, ""); offer(room); } });
  document.addEventListener("focusout", (e) => { const room = roomOf(e.target); if (room && e.target === room.text) setTimeout(() => hide(room), 150); });
  document.addEventListener("pointerdown", (e) => { const li = e.target.closest && e.target.closest("[data-commands] [role=option]"), room = li && roomOf(li); if (room) { e.preventDefault(); take(room, li); } });
  document.addEventListener("keydown", (e) => {
    const room = roomOf(e.target);
    if (!room || e.target !== room.text || !open(room) || e.isComposing) return;
    const chosen = $("[aria-selected=true]", list(room));
    if (e.key === "ArrowDown" || e.key === "ArrowUp") move(room, e.key === "ArrowDown" ? 1 : -1);
    else if (e.key === "Escape") hide(room);
    else if (chosen && (e.key === "Tab" || (e.key === "Enter" && word(room.text) !== chosen.dataset.name))) take(room, chosen);
    else return;
    e.preventDefault(); e.stopImmediatePropagation();
  }, true);

  /* Filing: one key on a message, or the menu of its tools. */
  const file = async (room, li, kind) => {
    const frame = room.frames.get(Number(li.dataset.seq));
    if (!frame || frame.is_deleted || frame.kind !== "message" || !room.form) return;
    try { const now = await ask(room, "/messages/" + frame.seq + "/file/", { kind: kind }); room.frames.set(now.seq, now); room.redraw(now); answered(room, ""); }
    catch (error) { answered(room, room.say.sayNoMore.replace("%s", error.message), true); }
  };
  const menu = (room, li) => {
    const old = $(".al-picker", room.root), template = $("template[data-filings]", room.root);
    if (old) old.remove();
    if (!template) return;
    const box = template.content.firstElementChild.cloneNode(true);
    li.append(box); $("button", box).focus();
  };
  document.addEventListener("click", (e) => {
    const room = roomOf(e.target), li = e.target.closest && e.target.closest(".al-msg[data-seq]");
    if (!room || !li) return;
    const choice = e.target.closest("[data-file]");
    if (choice) { const kind = choice.dataset.file; choice.closest(".al-picker").remove(); li.focus(); file(room, li, kind); return; }
    if (e.target.closest('[data-act="file"]')) { e.preventDefault(); menu(room, li); }
  });
  document.addEventListener("keydown", (e) => {
    const room = roomOf(e.target), li = e.target.closest && e.target.closest(".al-msg[data-seq]");
    if (!room || !li || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("textarea, input")) return;
    const kind = KINDS[Number(e.key) - 1];
    if (!kind) return;
    e.preventDefault(); const picker = $(".al-picker", li); if (picker) { picker.remove(); li.focus(); }
    file(room, li, kind);
  });
  /* A translation stands under the original, with the name of its maker; asked for again it is put away. */
  const shown = (room, li, text, one) => {
    let box = $(".al-translated", li);
    if (!box) { box = alLines.make("div", "al-translated"); $(".al-body", li).after(box); }
    const line = alLines.make("p", "small muted", text); box.replaceChildren(line);
    if (one && one.text) { const said = alLines.make("p", "", one.text); said.dir = "auto"; said.lang = one.language; line.append(" ", alLines.clock(room, new Date(one.made_at), room.say.zone)); box.append(said); }
  };
  const translate = async (room, li) => {
    const old = $(".al-translated", li), frame = room.frames.get(Number(li.dataset.seq));
    if (old) { old.remove(); return; }
    if (!frame || frame.is_deleted) return;
    shown(room, li, room.say.sayTranslating);
    try {
      for (let tries = 0; tries < 12 && li.isConnected; tries += 1) {
        const one = await ask(room, "/messages/" + frame.seq + "/translations/", { language: room.say.language || "en" });
        if (one.state === "ready") { shown(room, li, room.say.sayTranslated.replace("%s", one.provider), one); return; }
        await new Promise((done) => setTimeout(done, 1500));
      }
      shown(room, li, room.say.sayUntranslated);
    } catch (error) { shown(room, li, error.message); }
  };
  document.addEventListener("click", (e) => {
    const room = roomOf(e.target), li = e.target.closest && e.target.closest(".al-msg[data-seq]");
    if (room && li && e.target.closest('[data-act="translate"]')) { e.preventDefault(); translate(room, li); }
  });
  window.alCommands = { runs: runs };
})();
