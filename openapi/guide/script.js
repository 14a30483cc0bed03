// Brings the requests of a page to life: they are sent as this browser, and what one saves of its answer, later ones use.
"use strict";

const PREFIX = "casefile.";
const HEADERS = ["Location", "ETag", "Retry-After", "X-Request-Id"];

const known = (name) => (name === "origin" ? location.origin : sessionStorage.getItem(PREFIX + name));

/** An element with that text and those children in it. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function fillBlanks() {
  for (const blank of document.querySelectorAll("var[data-name]")) {
    blank.textContent = known(blank.dataset.name) ?? blank.textContent;
  }
}

/** The text with what is known, or an error that names what is not. */
function filled(text) {
  return text.replace(/\{([a-zA-Z]+)\}/g, (_, name) => {
    const value = known(name);
    if (value === null) throw new Error(`This request needs ${name}, which an earlier request gives: on this page, or in Getting started. Send that one first.`);
    return value;
  });
}

async function formOf(body) {
  const form = new FormData();
  for (const line of body.split("\n")) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(line);
    if (!value.startsWith("@")) form.append(name, value);
    else {
      const file = value.slice(1);
      const sample = await fetch(document.querySelector(`a[download="${file}"]`).href);
      form.append(name, await sample.blob(), file);
    }
  }
  return form;
}

async function send({ method, path, headers, body }) {
  const options = { method, headers: new Headers() };
  for (const line of headers.split("\n").filter(Boolean)) options.headers.set(...line.split(": "));
  if (body.startsWith("{")) {
    options.headers.set("Content-Type", "application/json");
    options.body = filled(body);
  } else if (body) {
    options.body = await formOf(body);
  }
  const began = performance.now();
  const answer = await fetch(filled(path), options);
  const text = await answer.text();
  return { answer, text, took: Math.round(performance.now() - began) };
}

function show(place, { answer, text, took }) {
  const status = element("strong", { class: answer.ok ? "good" : "bad" }, `${answer.status} ${answer.statusText}`.trim());
  const headers = HEADERS.filter((name) => answer.headers.has(name)).map((name) => `${name}: ${answer.headers.get(name)}`);
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is not JSON.
  }
  const content = [headers.join("\n"), shown].filter(Boolean).join("\n\n");
  place.replaceChildren(
    element("p", {}, status, ` in ${took} ms`),
    element("pre", { tabindex: "0", role: "region", "aria-label": "The answer" }, element("code", {}, content)),
  );
}

function save(names, text) {
  for (const pair of names.split(",").filter(Boolean)) {
    const [name, field] = pair.split(":");
    sessionStorage.setItem(PREFIX + name, JSON.parse(text)[field]);
  }
  fillBlanks();
}

async function tell() {
  const place = document.getElementById("session");
  const { authenticated, user } = await (await fetch("/api/auth/session")).json();
  place.textContent = authenticated ? `Signed in as ${user.userId}${user.role ? `, ${user.role}` : ""}` : "Not signed in";
}

for (const request of document.querySelectorAll(".request")) {
  const button = request.querySelector(".line button");
  if (!button) continue;
  button.hidden = false;
  const place = request.querySelector(".answer");
  button.addEventListener("click", async () => {
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    try {
      const outcome = await send(request.dataset);
      show(place, outcome);
      if (outcome.answer.ok) save(request.dataset.save, outcome.text);
      await tell();
    } catch (error) {
      place.replaceChildren(element("p", { class: "bad" }, error.message));
    }
    button.ariaDisabled = "false";
  });
}

for (const button of document.querySelectorAll("[data-login]")) {
  button.addEventListener("click", async () => {
    const headers = { "Content-Type": "application/json" };
    await fetch("/api/auth/login", { method: "POST", headers, body: button.dataset.login });
    await tell();
  });
}

fillBlanks();
if (document.querySelector(".request, [data-login], #swagger-ui")) tell().catch(() => {});
