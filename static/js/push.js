/* Pushing to this browser: asked for on a click and never before; the subscription goes to the API. */
(function () {
  "use strict";
  const card = document.querySelector("[data-push]");
  if (!card) return;
  const words = card.dataset, button = card.querySelector("[data-push-enable]"), said = card.querySelector("[data-push-said]");
  const say = (text) => { said.textContent = text; };
  const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
  const isKnown = async (subscription) => {
    const digest = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint)));
    return Boolean(card.querySelector('[data-push-known="' + digest + '"]'));
  };
  /* What this browser is, in the words people use: its maker and its system. */
  const label = () => {
    const data = navigator.userAgentData, brand = data && data.brands.map((b) => b.brand).find((name) => !/not.?a.?brand|chromium/i.test(name));
    const agent = navigator.userAgent, known = [["Firefox", /Firefox\//], ["Edge", /Edg\//], ["Chrome", /Chrome\//], ["Safari", /Safari\//]].find((pair) => pair[1].test(agent));
    return [brand || (known ? known[0] : ""), (data && data.platform) || navigator.platform || ""].filter(Boolean).join(" · ");
  };
  const subscribe = async () => {
    const registration = await navigator.serviceWorker.register(words.pushWorker);
    let subscription = await registration.pushManager.getSubscription();
    /* Somebody else's, who signed in here before: it ends, so that nothing of hers is shown here. */
    if (subscription && !(await isKnown(subscription))) { await subscription.unsubscribe(); subscription = null; }
    return subscription || ready(registration).then((active) => active.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(words.pushKey) }));
  };
  /* A worker that was just registered can be subscribed once it is active. */
  const ready = (registration) => new Promise((resolve) => {
    const worker = registration.active ? null : registration.installing || registration.waiting;
    if (!worker) { resolve(registration); return; }
    worker.addEventListener("statechange", () => { if (worker.state === "activated") resolve(registration); });
  });
  const token = () => decodeURIComponent((document.cookie.split("; ").find((c) => c.startsWith("csrftoken=")) || "").slice(10)) || card.querySelector("[name=csrfmiddlewaretoken]").value;
  const add = async (subscription) => {
    const told = subscription.toJSON();
    const answer = await fetch(words.pushAdd, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ endpoint: told.endpoint, p256dh: told.keys.p256dh, auth: told.keys.auth, name: label() }),
    });
    if (answer.ok) { location.reload(); return; }
    const problem = await answer.json().catch(() => ({}));
    await subscription.unsubscribe();
    say(problem.title || words.sayFailed);
  };
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    if (!isAble) { say(words.sayUnable); return; }
    button.classList.add("is-busy"); button.setAttribute("aria-busy", "true");
    try {
      if ((await Notification.requestPermission()) !== "granted") say(words.sayRefused);
      else await add(await subscribe());
    } catch (error) { say(words.sayFailed); }
    button.classList.remove("is-busy"); button.removeAttribute("aria-busy");
  });
})();
