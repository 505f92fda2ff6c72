// The page's script: shows the values of its four parts, hands presses on, and keeps to itself what only the eye needs
// (what is folded open, where one has scrolled, light or dark). Nothing here talks to the network; Gradio carries the events.
(() => {
  "use strict";
  const parts = {};
  const now = { base: "", session: "", next: 1, busy: false, marks: {} };
  const $ = (css, root = document) => root.querySelector(css);
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const wide = () => window.matchMedia("(min-width: 1260px)").matches;

  // Changing the page without rebuilding it: what a person opened, holds the focus or types in stays as it is.

  function patch(old, fresh) {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) { old.replaceWith(fresh.cloneNode(true)); return; }
    if (old.nodeType === Node.TEXT_NODE) { if (old.data !== fresh.data) old.data = fresh.data; return; }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...old.attributes])
      if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    patchChildren(old, fresh);
  }

  function patchChildren(old, fresh) {
    const from = [...old.childNodes], to = [...fresh.childNodes];
    to.forEach((node, at) => (from[at] ? patch(from[at], node) : old.append(node.cloneNode(true))));
    from.slice(to.length).forEach((node) => node.remove());
  }

  const kept = new WeakMap();
  function put(element, html) {
    if (kept.get(element) === html) return;
    const made = document.createElement("template");
    made.innerHTML = html;
    patchChildren(element, made.content);
    kept.set(element, html);
  }

  // The parts

  const show = {
    rail(value, { element }) {
      if (value.html !== undefined) put($(".sm-inner", element), value.html);
    },

    talk(value, { element }) {
      if (value.base === undefined) return;
      const moved = now.session !== (value.session || now.session) || now.base !== value.base;
      now.base = value.base;
      if (value.session !== undefined) now.session = value.session;
      if (value.next) now.next = value.next;
      remember();
      const box = $(".sm-turns", element);
      const wanted = new Map((value.turns || []).map((turn) => [turn.key, turn.html]));
      all(":scope > section", box).forEach((one) => { if (!wanted.has(one.dataset.key)) one.remove(); });
      let welcome = $(":scope > .sm-empty", box);
      if (value.empty) {
        if (!welcome) { welcome = document.createElement("div"); welcome.className = "sm-empty"; box.append(welcome); }
        put(welcome, value.empty);
      } else welcome?.remove();
      let place = null;
      for (const [key, html] of wanted) {
        let one = $(`:scope > section[data-key="${CSS.escape(key)}"]`, box);
        if (!one) { one = document.createElement("section"); one.dataset.key = key; one.className = "sm-turn"; }
        if (place ? place.nextElementSibling !== one : box.firstElementChild !== one) place ? place.after(one) : box.prepend(one);
        if (!$("form", one)) put(one, html);
        place = one;
      }
      busy(Boolean(value.busy));
      if (now.follow) toTop(place);
      now.follow = now.follow && now.busy;
      if (value.fill !== undefined && !line().value) { line().value = value.fill; grow(); line().focus(); }
      marked();
      if (moved && !now.busy) requestAnimationFrame(() => toTop(box.lastElementChild));
    },

    panel(value, { element }) {
      if (value.say) toast(value.say);
      if (value.html === undefined) return;
      now.marks = value.marks || {};
      put($(".sm-inner", element), value.extra || value.html);
      element.classList.toggle("sm-why", Boolean(value.extra));
      now.profile = value.html;
      const dot = $("[data-do=me]");
      if (dot) dot.dataset.count = value.count ? String(value.count) : "";
      if (value.extra && !wide()) open("panel");
      if (value.extra) $(".sm-inner", element).scrollTop = 0;
      if (value.file && value.nonce !== now.nonce) { now.nonce = value.nonce; save(value.file); }
      marked();
    },

    sheet(value, { element }) {
      if (value.html === undefined) return;
      const dialog = $("dialog", element);
      put(dialog, value.html);
      if (value.show && !dialog.open) dialog.showModal();
    },
  };

  function marked() {
    for (const one of all("[data-do=judge]")) one.setAttribute("aria-pressed", String(now.marks[one.dataset.item] === one.dataset.verdict));
  }

  function busy(is) {
    now.busy = is;
    $("#sm-talk")?.classList.toggle("sm-busy", is);
    $(".sm-turns")?.setAttribute("aria-busy", String(is));
  }

  function toast(text) {
    const box = $(".sm-toast");
    box.textContent = text;
    box.classList.add("sm-on");
    clearTimeout(now.toasting);
    now.toasting = setTimeout(() => box.classList.remove("sm-on"), 6000);
  }

  // What was said last stands at the top while the answer grows below it, unless somebody scrolls away.
  function toTop(section) {
    if (section) $(".sm-scroller").scrollTop = section.offsetTop - 14;
  }

  function save(data) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }));
    link.download = "what-sommelier-knows-about-me.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // One tab goes on where it stood when it is loaded again.
  function remember() {
    sessionStorage.setItem("sommelier", JSON.stringify({ base: now.base, session: now.session }));
  }

  // Talking

  const line = () => $("#sm-line");
  function grow() {
    const box = line();
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 168)}px`;
  }

  function say(text, back) {
    text = text.trim();
    if (!text || now.busy || !now.base) return;
    const box = $(".sm-turns");
    const number = back === undefined ? now.next : back + 1;
    $(".sm-empty", box)?.remove();
    if (back !== undefined) all(":scope > section", box).forEach((one) => { if (Number(one.dataset.key.slice(1)) > back) one.remove(); });
    all(".sm-chips", box).forEach((one) => one.remove());
    const one = document.createElement("section");
    one.className = "sm-turn";
    one.dataset.key = `t${number}`;
    one.innerHTML = '<div class="sm-heard"><h2 class="sm-hidden">You said</h2><p></p></div><div class="sm-reply">' +
      '<div class="sm-prose"><p class="sm-waiting" aria-hidden="true"><i></i><i></i><i></i></p></div></div>';
    $("p", one).textContent = text;
    box.append(one);
    busy(true);
    shut();
    now.follow = true;
    toTop(one);
    send("talk", "say", { text, ...(back === undefined ? {} : { back }) });
  }

  function send(part, name, data = {}) {
    parts[part].trigger(name, { base: now.base, session: now.session, ...data });
  }

  // Drawers, on narrow screens

  function open(name) {
    document.body.dataset.drawer = name;
    setTimeout(() => $(`#sm-${name} button`)?.focus({ preventScroll: true }), 60);
  }
  function shut() {
    delete document.body.dataset.drawer;
  }

  function sure(button) {
    if (!button.dataset.confirm || button.classList.contains("sm-sure")) return true;
    button.classList.add("sm-sure");
    const words = document.createElement("em");
    words.textContent = button.dataset.confirm;
    button.append(words);
    setTimeout(() => { button.classList.remove("sm-sure"); words.remove(); }, 3500);
    return false;
  }

  // Presses

  const press = {
    say: (d) => say(d.text),
    retry: (d) => say(d.text, Number(d.turn) - 1),
    undo: () => send("talk", "undo"),
    stop: () => send("talk", "stop"),
    edit: (d, button) => edit(button.closest("section"), Number(d.turn)),
    judge: (d, button) => {
      now.marks[d.item] = button.getAttribute("aria-pressed") === "true" ? "" : d.verdict;
      marked();
      send("talk", "panel", { do: "judge", item: d.item, verdict: d.verdict });
    },
    why: (d) => send("talk", "panel", { do: "why", item: d.item, turn: Number(d.turn) }),
    forget: (d) => send("panel", "panel", { do: "forget", entity: d.entity }),
    "forget-all": () => send("panel", "panel", { do: "forget-all" }),
    export: () => send("panel", "panel", { do: "export" }),
    new: () => { shut(); now.session = ""; send("rail", "go", { to: "new", session: "" }); line().focus(); },
    resume: (d) => { shut(); send("rail", "go", { to: "resume", session: d.session }); },
    delete: (d) => send("rail", "go", { to: "delete", session: d.session, current: now.session }),
    choose: (d) => { $("dialog").close(); send("sheet", "go", { to: "base", base: d.base, session: "" }); },
    own: () => { shut(); send("rail", "sheet", { do: "own" }); },
    build: (d, button) => build(d, button.closest("dialog")),
    "stop-build": () => send("sheet", "sheet", { do: "stop-build" }),
    "close-sheet": () => $("dialog").close(),
    menu: () => open("rail"),
    me: () => open("panel"),
    close: (_, button) => {
      const panel = button.closest("#sm-panel");
      if (panel?.classList.contains("sm-why")) {
        panel.classList.remove("sm-why");
        put($(".sm-inner", panel), now.profile);
        if (wide()) { marked(); return; }
      }
      shut();
    },
    dark: () => {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem("sommelier-look", dark ? "dark" : "light");
    },
  };

  function edit(section, turn) {
    const heard = $(".sm-heard", section), text = $("p", heard).textContent;
    heard.classList.add("sm-editing");
    const form = document.createElement("form");
    form.innerHTML = '<textarea rows="2" maxlength="4000" aria-label="What you said"></textarea><div class="sm-row">' +
      '<button type="submit" class="sm-solid"><span>Say this instead</span></button><button type="button" class="sm-tiny" data-leave><span>Leave it</span></button></div>';
    const box = $("textarea", form);
    box.value = text;
    const leave = () => { form.remove(); heard.classList.remove("sm-editing"); };
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); leave(); say(box.value, turn - 1); });
    $("[data-leave]", form).addEventListener("click", leave);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
      if (event.key === "Escape") { event.stopPropagation(); leave(); }
    });
    heard.append(form);
    box.focus();
  }

  function build(d, dialog) {
    const roles = Object.fromEntries(all("[data-column]", dialog).map((one) => [one.dataset.column, one.value]));
    const fields = Object.fromEntries(all("[data-field]", dialog).map((one) => [one.dataset.field, one.value]));
    send("sheet", "sheet", { do: "build", path: d.path, file: d.file, roles, ...fields });
  }

  async function uploaded(file) {
    const box = $(".sm-drop b");
    if (box) box.textContent = `Reading ${file.name} …`;
    try {
      const { path } = await parts.sheet.upload(file);
      send("sheet", "sheet", { do: "table", path, file: file.name });
    } catch (error) {
      if (box) box.textContent = "That did not arrive: it may be too large. Choose another file";
    }
  }

  function part(name, element, trigger, props, watch, upload) {
    const one = (parts[name] = { element: element.closest(`#sm-${name}`) || element, trigger, upload });
    const draw = () => show[name](props.value || {}, one);
    watch("value", draw);
    draw();
    if (name === "talk") ready();
  }

  function ready() {
    const box = line();
    box.addEventListener("input", grow);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $(".sm-composer").requestSubmit(); }
    });
    $(".sm-composer").addEventListener("submit", (event) => {
      event.preventDefault();
      if (now.busy || !now.base || !box.value.trim()) return;
      const text = box.value;
      box.value = "";
      grow();
      say(text);
    });
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
      $(".sm-scroller").addEventListener(kind, () => { now.follow = false; }, { passive: true });
    if (wide()) box.focus({ preventScroll: true });
    const before = JSON.parse(sessionStorage.getItem("sommelier") || "null");
    if (before?.session) {
      const wait = setInterval(() => {
        if (!parts.rail || !now.base || !$(".sm-empty .sm-examples")) return;
        clearInterval(wait);
        send("rail", "go", { to: "resume", ...before });
      }, 50);
      setTimeout(() => clearInterval(wait), 15000);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (button && press[button.dataset.do]) { if (sure(button)) press[button.dataset.do]({ ...button.dataset }, button); return; }
    if (document.body.dataset.drawer && !event.target.closest("#sm-rail, #sm-panel")) shut();
    if (event.target.matches?.("dialog.sm-dialog")) event.target.close();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-pick=base]")) { shut(); now.session = ""; send("rail", "go", { to: "base", base: event.target.value, session: "" }); }
    if (event.target.matches?.("[data-upload]") && event.target.files[0]) uploaded(event.target.files[0]);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && document.body.dataset.drawer) shut(); });
  for (const kind of ["dragover", "drop"])
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.(".sm-drop");
      if (!zone) return;
      event.preventDefault();
      if (kind === "drop" && event.dataTransfer.files[0]) uploaded(event.dataTransfer.files[0]);
    });
  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.lang = "en";
    const look = localStorage.getItem("sommelier-look");
    if (look) {
      // Gradio sets its class late, by the system's wish; the person's own wins.
      const keep = () => document.body.classList.toggle("dark", localStorage.getItem("sommelier-look") === "dark");
      keep();
      [50, 300, 1000].forEach((ms) => setTimeout(keep, ms));
    }
  });

  window.sommelier = { part };
})();
