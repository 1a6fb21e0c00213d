/* Files of a message: chosen, pasted or dropped. Each is stored as evidence of the room's subject first, then named by the message.
   What is stored is kept with the draft and survives a reload; a file that cannot be stored stays in the list with the reason.
   Works on rooms that chat.js made live: [data-attached], input[data-attach] or [data-no-files], data-most-bytes, data-say-…. */
(function () {
  "use strict";
  const MOST = 10;
  const $ = (s, r) => (r || document).querySelector(s);
  const token = () => { try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch (error) { return ""; } };
  const roomOf = (el) => { const root = el.closest && el.closest("[data-chat]"); return root && window.alChat ? alChat.rooms.get(root.dataset.room) : null; };
  const kept = (room) => room.key + ":files";
  const listOf = (room) => {
    if (!room.attached) { let found = []; try { found = JSON.parse(alDraft.read(kept(room)) || "[]"); } catch (error) { /* no list was kept */ } room.attached = Array.isArray(found) ? found : []; }
    return room.attached;
  };
  const stored = (room) => listOf(room).filter((one) => one.id);
  const goes = (room) => listOf(room).some((one) => one.request);
  const changed = (room) => { alDraft.write(kept(room), stored(room).length ? JSON.stringify(stored(room).map((one) => ({ id: one.id, name: one.name, sha256: one.sha256, url: one.url, odd: one.odd }))) : ""); draw(room); };

  const draw = (room) => {
    const list = $("[data-attached]", room.form); if (!list) return;
    list.hidden = !listOf(room).length;
    list.replaceChildren(...listOf(room).map((file) => {
      const li = alLines.make("li", file.failed ? "failed" : file.id ? "stored" : "going"), name = alLines.make(file.url ? "a" : "span", "trunc"), off = alLines.make("button", "btn btn-ghost btn-sm", "×");
      if (file.url) { name.href = file.url; name.target = "_blank"; name.rel = "noopener"; }
      name.append(alLines.make("bdi", "", file.name)); li.append(name);
      if (file.request) { const bar = alLines.make("progress"); bar.max = 100; bar.value = file.done || 0; bar.setAttribute("aria-label", room.say.sayStoring.replace("%s", file.name)); file.bar = bar; li.append(bar); }
      else if (file.failed) {
        li.append(alLines.make("span", "small al-whynot", file.failed));
        if (file.data) { const again = alLines.make("button", "btn btn-ghost btn-sm", room.say.sayTryAgain); again.type = "button"; again.addEventListener("click", () => { delete file.failed; send(room, file); room.text.focus(); }); li.append(again); }
      } else li.append(alLines.make("span", "small muted", file.odd ? room.say.sayDisguised : room.say.sayStored), alLines.make("code", "small muted", (file.sha256 || "").slice(0, 12)));
      off.type = "button"; off.setAttribute("aria-label", room.say.sayTakeOff.replace("%s", file.name));
      off.addEventListener("click", () => { room.attached = listOf(room).filter((one) => one !== file); if (file.request) file.request.abort(); changed(room); room.text.focus(); });
      li.append(off);
      return li;
    }));
  };
  const fail = (room, file, why) => { file.request = null; file.failed = why; room.sendAfter = false; changed(room); room.tell(room.say.sayNoMore.replace("%s", why)); };
  const why = (said, status) => Object.values(said.errors || said.fields || {}).flat().map((one) => (typeof one === "string" ? one : one.message || "")).filter(Boolean).join(" ") || said.detail || said.title || String(status);
  const send = (room, file) => {
    const request = new XMLHttpRequest(), data = new FormData();
    data.append("file", file.data, file.name);
    request.open("POST", "/api/v1/evidence/?root=" + encodeURIComponent(room.say.root));
    request.setRequestHeader("Accept", "application/json"); request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (e) => { file.done = e.lengthComputable ? Math.round((e.loaded / e.total) * 100) : 0; if (file.bar) file.bar.value = file.done; });
    request.addEventListener("error", () => fail(room, file, room.say.sayBroken));
    request.addEventListener("load", () => {
      let said = {}; try { said = JSON.parse(request.responseText); } catch (error) { /* no words came with the status */ }
      if (request.status >= 300) { if (request.status < 500) file.data = null; fail(room, file, why(said, request.status)); return; }
      Object.assign(file, { request: null, data: null, id: said.id, name: said.file_name, sha256: said.sha256, url: "/evidence/" + said.id + "/", odd: said.is_disguised });
      changed(room); room.tell("");
      if (room.sendAfter && !goes(room)) { room.sendAfter = false; room.submit(); }
    });
    file.request = request; draw(room); room.tell(room.say.sayStoring.replace("%s", file.name)); request.send(data);
  };
  const tooLarge = (room, file) => file.size > Number(room.say.mostBytes || Infinity);
  const refuse = (room, name, words) => { listOf(room).push({ name: name, failed: words }); draw(room); room.tell(room.say.sayNoMore.replace("%s", words)); };
  const attach = (room, files, folders) => {
    if (!room || !room.form || room.over) return;
    if (!$("[data-attach]", room.form)) { const box = $("[data-no-files]", room.form); if (box) { box.hidden = false; box.scrollIntoView({ block: "nearest" }); } return; }
    folders.forEach((name) => refuse(room, name, room.say.sayFolder));
    Array.from(files).forEach((file) => {
      const name = file.name || "image.png";
      if (folders.includes(name)) return;
      if (listOf(room).filter((one) => !one.failed).length >= MOST) refuse(room, name, room.say.sayTooMany.replace("%d", MOST));
      else if (tooLarge(room, file)) refuse(room, name, room.say.sayTooLarge);
      else { const one = { name: name, data: file }; listOf(room).push(one); send(room, one); }
    });
    room.text.focus();
  };
  const carries = (data) => Boolean(data) && Array.from(data.types).includes("Files");
  const folders = (data) => Array.from(data.items || []).map((item) => item.kind === "file" && item.webkitGetAsEntry && item.webkitGetAsEntry()).filter((entry) => entry && entry.isDirectory).map((entry) => entry.name);

  document.addEventListener("change", (e) => { if (e.target.matches("[data-attach]")) { attach(roomOf(e.target), e.target.files, []); e.target.value = ""; } });
  document.addEventListener("click", (e) => { if (e.target.closest("[data-attach-refused]")) attach(roomOf(e.target), [], []); });
  /* Cells and formatted text come with a picture of themselves: then it is the text that is meant. */
  document.addEventListener("paste", (e) => { const room = roomOf(e.target); if (room && e.target === room.text && e.clipboardData && e.clipboardData.files.length && !e.clipboardData.getData("text/plain")) { e.preventDefault(); attach(room, e.clipboardData.files, []); } });
  document.addEventListener("dragover", (e) => { const room = roomOf(e.target); if (room && room.form && carries(e.dataTransfer)) { e.preventDefault(); room.root.classList.add("al-dropping"); } });
  document.addEventListener("dragleave", (e) => { const room = roomOf(e.target); if (room && !room.root.contains(e.relatedTarget)) room.root.classList.remove("al-dropping"); });
  document.addEventListener("drop", (e) => { const room = roomOf(e.target); if (room && room.form && carries(e.dataTransfer)) { e.preventDefault(); room.root.classList.remove("al-dropping"); attach(room, e.dataTransfer.files, folders(e.dataTransfer)); } });

  window.alFiles = {
    has(room) { return Boolean(room.form) && stored(room).length > 0; },
    /* A message waits for the files that go with it. */
    holds(room) { if (!goes(room)) return false; room.sendAfter = true; room.tell(room.say.sayHolding); return true; },
    take(room) { const ids = stored(room).map((one) => one.id); room.attached = listOf(room).filter((one) => !one.id); changed(room); return ids; },
    show(room) { if (room.form) draw(room); },
  };
})();
