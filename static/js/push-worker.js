/* Shows what is pushed: one sentence. A click opens the product, which asks for a sign-in first. */
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data ? event.data.json() : {}; } catch (error) { /* not ours: a name is all there is to show */ }
  event.waitUntil(self.registration.showNotification(String(told.title || "Alliance"), { tag: String(told.id || "alliance"), data: { id: String(told.id || "") } }));
});
self.addEventListener("notificationclick", (event) => {
  const id = event.notification.data && event.notification.data.id;
  const path = /^[0-9a-f-]{36}$/.test(id || "") ? "/notifications/" + id + "/open/" : "/notifications/";
  event.notification.close();
  event.waitUntil(self.clients.openWindow(new URL(path, self.location.origin).href));
});
