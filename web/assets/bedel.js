// Small helps. Every page works without them.

// A part of the page that the server sends anew whenever it changes, and log lines as they come.
for (const box of document.querySelectorAll("[data-events]")) {
  const target = document.getElementById(box.dataset.fragment);
  const log = document.getElementById("log");
  const source = new EventSource(box.dataset.events);
  source.addEventListener("fragment", (event) => {
    // The server made this with its own templates and has escaped everything in it.
    target.innerHTML = event.data;
  });
  source.addEventListener("log", (event) => {
    if (!log) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.append(event.data + "\n");
    if (atEnd) log.scrollTop = log.scrollHeight;
  });
  source.addEventListener("end", () => {
    source.close();
    location.reload();
  });
}

// A copy button beside what one wants to take along.
for (const block of document.querySelectorAll("pre[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = block.dataset.copy;
  const text = block.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "✓";
    setTimeout(() => { button.textContent = block.dataset.copy; }, 1500);
  });
  const wrapper = document.createElement("div");
  wrapper.className = "copy-box";
  block.replaceWith(wrapper);
  wrapper.append(block, button);
}

// A form that takes a while says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    button.textContent = form.dataset.busy;
  });
}
