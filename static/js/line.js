/* One socket and its one end. A line is also lost when the machine goes offline, or when the server, which
   says something every 15 seconds, has been silent for 45: a browser can leave such a socket open for minutes. */
(function () {
  "use strict";
  const SILENT_IN_MS = 45000;
  /* Calls told(frame) for each frame and lost(code) once; the answer's drop() ends it without a word. */
  window.alLine = (path, told, lost) => {
    const socket = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + path);
    let timer = 0, over = false;
    const drop = () => { over = true; clearTimeout(timer); window.removeEventListener("offline", end); socket.close(); };
    const end = (e) => { if (!over) { drop(); lost(e && e.code); } };
    const heard = () => { clearTimeout(timer); timer = setTimeout(end, SILENT_IN_MS); };
    socket.addEventListener("message", (e) => { if (!over) { heard(); told(JSON.parse(e.data)); } });
    socket.addEventListener("close", end);
    window.addEventListener("offline", end);
    heard();
    return { drop: drop, send: (frame) => { if (!over && socket.readyState === 1) socket.send(JSON.stringify(frame)); } };
  };
})();
