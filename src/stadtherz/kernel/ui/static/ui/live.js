/* SPDX-FileCopyrightText: Stadtherz contributors */
/* SPDX-License-Identifier: EUPL-1.2 */
/* Live updates by server-sent events. A part of a page says data-live="topic" and hx-trigger="live" (or listens to the
   event "live" itself); one connection per topic, closed while nobody looks. */

const open = new Map();
const LONGEST_PAUSE = 300000;

/** Call `heard(name, data)` for each message on a topic; returns a function that ends it. */
export function listen(topic, heard) {
  let connection = open.get(topic);
  if (!connection) {
    connection = { hearers: new Set(), source: null, pause: 0 };
    open.set(topic, connection);
  }
  connection.hearers.add(heard);
  start(topic, connection);
  return () => {
    connection.hearers.delete(heard);
    if (connection.hearers.size === 0) stop(connection);
  };
}

function start(topic, connection) {
  if (connection.source || document.hidden) return;
  connection.source = new EventSource(`/live/${topic}`);
  connection.source.onmessage = (event) => {
    let message = { event: "message", data: event.data };
    try {
      message = { ...message, ...JSON.parse(event.data) };
    } catch {
      /* plain text is a message as well */
    }
    /* The stream greets each connection; a second greeting means that something may have been missed. */
    if (message.event === "hello") {
      if (connection.greeted) tell(connection, "again", null);
      connection.greeted = true;
    } else tell(connection, message.event, message.data);
    connection.pause = 0;
  };
  /* A browser returns by itself after a break, but not after an answer such as 502 or 503 while the platform starts again, or 429 where
     too many streams are open. Whoever is turned away again asks for the state instead, ever more seldom. */
  connection.source.onerror = () => {
    if (connection.source?.readyState !== EventSource.CLOSED) return;
    stop(connection);
    if (connection.pause) tell(connection, "again", null);
    connection.pause = Math.min((connection.pause || 2500) * 2, LONGEST_PAUSE);
    setTimeout(() => connection.hearers.size && start(topic, connection), connection.pause * (0.7 + 0.3 * Math.random()));
  };
}

function tell(connection, name, data) {
  for (const heard of connection.hearers) heard(name, data);
}

function stop(connection) {
  connection.source?.close();
  connection.source = null;
}

document.addEventListener("visibilitychange", () => {
  for (const [topic, connection] of open) {
    if (document.hidden) stop(connection);
    else if (connection.hearers.size) start(topic, connection);
  }
});

export function watchLive(root) {
  for (const part of root.querySelectorAll("[data-live]")) {
    const end = listen(part.dataset.live, (name, data) => {
      if (!part.isConnected) return end();
      part.dispatchEvent(new CustomEvent("live", { bubbles: true, detail: { name, data } }));
    });
  }
}
