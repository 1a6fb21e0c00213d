/* How a message looks, and what has become of it: the same shape as chat/_line.html, from the one frame of socket and REST.
   An entry about a message (edit, deletion, reaction, pin) is applied to the frame it names; applying one twice changes nothing.
   Every word comes from a data-say- attribute of the room; the HTML of a body was made safe by the server. */
(function () {
  "use strict";
  const make = (tag, className, text) => { const el = document.createElement(tag); if (className) el.className = className; if (text !== undefined) el.textContent = text; return el; };
  const monogram = (name) => { const words = (name || "").trim().split(/\s+/), first = (words[0] || "?")[0]; return first > "\x7f" || words.length < 2 ? first : (first + words[words.length - 1][0]).toUpperCase(); };
  const city = (zone) => (zone || "").split("/").pop().replace(/_/g, " ");
  const icon = (room, name) => { const found = room.root.querySelector('template[data-icons]'), svg = found && found.content.querySelector('[data-icon="' + name + '"] svg'); return svg ? svg.cloneNode(true) : ""; };
  const same = (one, other) => one.id === other.id && one.member === other.member;

  /* Whoever is from outside is named with the member. */
  const named = (room, person) => (person.member && person.member !== room.say.myMember ? person.name + " (" + person.member + ")" : person.name);
  const outside = (room, person) => { if (!person.member || person.member === room.say.myMember) return ""; const ext = make("span", "al-ext"); ext.append(make("bdi", "", person.member)); return ext; };
  /* Now, as the server has it: the demo may move its clock. */
  const now = () => { const el = document.querySelector("[data-clock-offset], [data-clock]"); return new Date(Date.now() + 1000 * Number((el && (el.dataset.clockOffset || el.dataset.offset)) || 0)); };
  /* A clock on the wall of a zone; the day is named where it is not the reader's own. */
  const clock = (room, at, zone) => {
    const day = (z) => new Intl.DateTimeFormat("en-CA", { timeZone: z }).format(at);
    try { return new Intl.DateTimeFormat(room.say.language || "en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", weekday: day(zone) === day(room.say.zone) ? undefined : "short" }).format(at).replace(/(\p{Script=Han})(\d)/u, "$1 $2"); } catch (error) { return ""; }
  };
  const times = (room, frame) => {
    const time = make("time", "al-time");
    if (!frame.posted_at) return time;
    const at = new Date(frame.posted_at), here = clock(room, at, room.say.zone), there = frame.kind !== "notice" && frame.author && frame.author.zone ? clock(room, at, frame.author.zone) : here;
    time.dateTime = at.toISOString(); time.append(make("b", "", here));
    if (there !== here) time.append(" ", make("i", "", "· " + there + " " + city(frame.author.zone)));
    return time;
  };
  /* An instant in a text, at the reader's place. */
  const localise = (room, body) => body.querySelectorAll("time.al-instant").forEach((time) => {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const say = (options) => new Intl.DateTimeFormat(room.say.language === "en" ? "en-GB" : room.say.language || "en-GB", { timeZone: room.say.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...options }).format(at);
    try { time.title = say({ dateStyle: undefined, weekday: "long", year: "numeric", month: "long", day: "numeric", timeZoneName: "short" }) + " · " + at.toISOString().slice(0, 16).replace("T", " ") + " UTC"; time.textContent = say({ weekday: "short", month: "short", day: "numeric" }); } catch (error) { /* the server's words stay */ }
  });

  const said = (room, frame) => {
    const body = make("div", "al-body" + (frame.is_deleted ? " muted" : ""));
    body.dir = "auto"; if (frame.language) body.lang = frame.language;
    if (frame.is_deleted) body.append(make("p", "", room.say.sayDeleted));
    else if (frame.is_purged) body.append(make("p", "muted", room.say.sayPurged));
    else if (frame.html) { body.innerHTML = frame.html; localise(room, body); body.querySelectorAll('.al-mention[data-ref="person:' + CSS.escape(room.say.me || "-") + '"]').forEach((el) => el.classList.add("me")); }
    else body.append(make("p", "", frame.body));
    return body;
  };
  const quoted = (room, one) => {
    const link = make("a", "al-quoted"), name = make("b"), text = make("span", "", one.is_deleted ? room.say.sayQuotedDeleted : one.excerpt);
    link.href = "#message-" + one.seq; name.append(make("bdi", "", one.author.name)); text.dir = "auto"; link.append(name, " ", outside(room, one.author), " ", text);
    return link;
  };
  const reactions = (room, frame) => {
    const list = make("ul", "al-reacts"); list.setAttribute("aria-label", room.say.sayReactions);
    frame.reactions.forEach((one) => {
      const li = make("li"), button = make("button", "al-react"), mine = one.people.some((person) => person.id === room.say.me);
      button.type = "button"; button.dataset.emoji = one.emoji; button.title = one.people.map((person) => named(room, person)).join(", ");
      button.setAttribute("aria-pressed", String(mine)); button.append(make("span", "", one.emoji), " " + one.people.length);
      li.append(button); list.append(li);
    });
    return list;
  };
  const replies = (room, frame) => {
    const link = make("a", "al-replies"), isNew = frame.last_reply > (room.threadMarks.has(frame.seq) ? room.threadMarks.get(frame.seq) : Number(room.say.mark || 0)) && !room.myReplies.has(frame.last_reply);
    link.href = "/rooms/" + room.id + "/messages/" + frame.seq + "/"; link.dataset.thread = frame.seq;
    link.append(icon(room, "thread"), room.say.sayReplies.replace("%d", frame.replies));
    if (isNew) link.append(" ", make("b", "al-fresh", room.say.sayNew));
    return link;
  };
  const files = (frame) => {
    const list = make("ul", "al-attached");
    frame.files.filter((file) => file.url).forEach((file) => {
      const li = make("li"), link = make("a"); link.href = file.url; link.append(make("bdi", "", file.name), " ");
      if (file.preview) { const img = make("img"); img.src = file.preview; img.alt = file.name; img.loading = "lazy"; link.prepend(img); }
      li.append(link); list.append(li);
    });
    return list;
  };
  const who = (room, frame) => {
    const line = make("div", "who"), author = frame.author || {}, name = make("b");
    name.append(make("bdi", "", author.name || "")); line.append(name);
    if (author.member && author.member !== room.say.myMember) { const ext = make("span", "al-ext"); ext.append(make("bdi", "", author.member)); line.append(ext); }
    else if (author.member) line.append(make("bdi", "", author.member));
    line.append(" ");
    if (frame.seq) { const when = make("a", "al-at"); when.href = "/rooms/" + room.id + "/messages/" + frame.seq + "/"; when.append(times(room, frame)); line.append(when); } else line.append(times(room, frame));
    if (frame.edited_at && !frame.is_deleted) line.append(make("span", "al-mark", room.say.sayEdited));
    if (frame.pinned_by) { const mark = make("span", "al-mark"); mark.append(icon(room, "pin"), room.say.sayPinned); line.append(mark); }
    if (!frame.is_deleted) (frame.filed || []).forEach((one) => { const mark = make("span", "al-mark", room.say["sayFiled" + one.kind.charAt(0).toUpperCase() + one.kind.slice(1)] || one.kind); mark.title = one.by.name; line.append(mark); });
    return line;
  };
  const notice = (room, frame, li) => {
    const span = make("span", "", frame.body + " "); span.append(times(room, frame)); li.append(span);
    if (frame.has_card) { li.classList.add("al-carded"); li.append(make("div", "al-roomcard")); }
    return li;
  };
  const build = (room, frame) => {
    const is_notice = frame.kind === "notice", li = make("li", is_notice ? "al-sys" : "al-msg");
    if (frame.seq) { li.dataset.seq = frame.seq; li.id = "message-" + frame.seq; }
    if (frame.cid) li.dataset.cid = frame.cid;
    if (frame.id) li.dataset.id = frame.id;
    if (is_notice) return notice(room, frame, li);
    const author = frame.author || {}, avatar = make("span", "avatar avatar-sm", monogram(author.name)), box = make("div", "al-what");
    li.tabIndex = -1;
    li.classList.toggle("mine", author.id === room.say.me); li.classList.toggle("gone", Boolean(frame.is_deleted));
    avatar.classList.toggle("b", Boolean(author.member) && author.member !== room.say.myMember); avatar.setAttribute("aria-hidden", "true");
    if (frame.quoted) box.append(quoted(room, frame.quoted));
    box.append(said(room, frame));
    if (!frame.is_deleted && (frame.files || []).length) box.append(files(frame));
    if (!frame.is_deleted) (frame.cards || []).forEach((one) => { if (one.kind === "message") { box.append(quoted(room, one)); return; } const link = make("a", "al-quoted"); link.href = one.url; link.append(make("bdi", "", one.name)); box.append(link); });
    if (!frame.is_deleted && (frame.reactions || []).length) box.append(reactions(room, frame));
    if (frame.replies) box.append(replies(room, frame));
    li.append(avatar, who(room, frame), box);
    return li;
  };

  /* Who is here, with the time at each one's place and whether the desk is on duty. */
  const present = (room, people) => {
    const list = room.root.querySelector("[data-present]");
    if (list) list.replaceChildren(...people.map((person) => {
      const li = make("li"), name = make("b"), ours = person.member === room.say.myMember;
      name.append(make("bdi", "", person.name));
      li.append(name, make("span", ours ? "muted" : "al-ext", person.member), make("span", "muted push nowrap", clock(room, now(), person.zone) + " " + city(person.zone)));
      if (person.on_duty) li.append(make("span", "al-onduty", room.say.sayOnDuty));
      return li;
    }));
  };

  const acts = {
    edit(frame, entry) { if (!entry.html) return; frame.body = entry.body; frame.html = entry.html; frame.language = entry.language; frame.mentions = entry.mentions; frame.cards = entry.cards; frame.edited_at = entry.posted_at; },
    deletion(frame, entry) { frame.is_deleted = true; frame.body = ""; frame.html = ""; frame.files = []; frame.cards = []; frame.pinned_by = null; frame.deleted_by = entry.author; },
    reaction(frame, entry) {
      const found = frame.reactions.find((one) => one.emoji === entry.body);
      if (!found) frame.reactions.push({ emoji: entry.body, people: [entry.author] });
      else if (!found.people.some((person) => same(person, entry.author))) found.people.push(entry.author);
    },
    unreaction(frame, entry) {
      frame.reactions.forEach((one) => { if (one.emoji === entry.body) one.people = one.people.filter((person) => !same(person, entry.author)); });
      frame.reactions = frame.reactions.filter((one) => one.people.length);
    },
    pin(frame, entry) { frame.pinned_by = entry.author; },
    filed(frame, entry) { frame.filed = frame.filed || []; if (!frame.filed.some((one) => one.kind === entry.code)) frame.filed.push({ kind: entry.code, by: entry.author, at: entry.posted_at }); },
    unpin(frame) { frame.pinned_by = null; },
  };
  /* The frame that the entry changed, if the room knows it. */
  const apply = (room, entry) => {
    const frame = room.frames.get(entry.target);
    if (!frame || !acts[entry.kind]) return null;
    acts[entry.kind](frame, entry);
    return frame;
  };
  const replied = (room, entry) => {
    const frame = room.frames.get(entry.thread);
    if (entry.author && entry.author.id === room.say.me) room.myReplies.add(entry.seq);
    if (!frame || entry.seq <= frame.last_reply) return null;
    frame.replies += 1; frame.last_reply = entry.seq;
    return frame;
  };
  window.alLines = { build: build, present: present, named: named, apply: apply, replied: replied, clock: clock, now: now, city: city, monogram: monogram, make: make, localise: localise };
})();
