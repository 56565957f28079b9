// The page that holds a list of titles against the release: drop zone, progress, and downloads that
// need no second choosing of the file. Without it the form works as any form does.

let kept = null; // the list, as long as this window shows it

const sizeOf = (file) =>
  file.size < 1 << 20
    ? `${Math.max(1, Math.round(file.size / 1024))} kB`
    : `${(file.size / (1 << 20)).toFixed(1)} MB`;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function enhance() {
  const form = document.getElementById("holdings");
  if (!form) return;
  const words = form.dataset;
  const drop = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("#chosen");
  const progress = form.querySelector("#progress");
  const said = form.querySelector("#said");
  const button = form.querySelector("button[type=submit]");
  const again = document.getElementById("again");

  function say(text, isBad = false) {
    said.textContent = text;
    said.classList.toggle("bad", isBad);
  }

  function show() {
    chosen.hidden = !kept;
    if (kept) chosen.textContent = fill(words.dropped, { name: kept.name, size: sizeOf(kept) });
  }

  function take(file) {
    kept = file;
    input.required = !file;
    show();
    say("");
  }

  if (kept) {
    const files = new DataTransfer();
    files.items.add(kept);
    input.files = files.files; // the new page shows which file it is
    if (again) again.textContent = words.again;
    show();
  } else if (input.files.length) {
    take(input.files[0]); // the browser went back to a form that was filled in
  }

  input.addEventListener("change", () => input.files.length && take(input.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (!file) return;
    input.files = event.dataTransfer.files;
    take(file);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!kept) return say(words.choose, true);
    const limit = Number(words.limit);
    if (kept.size > limit) {
      const values = { megabytes: Math.ceil(kept.size / (1 << 20)), limit: Math.floor(limit / (1 << 20)) };
      return say(fill(words.tooLarge, values), true);
    }
    const body = new FormData(form);
    body.delete("file"); // the server reads fields in any order; the long one goes last
    body.append("file", kept, kept.name);
    send(body);
  });

  function send(body) {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.responseType = "blob";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      progress.value = (100 * event.loaded) / event.total;
      const percent = Math.floor(progress.value);
      if (percent % 10 === 0) say(fill(words.sending, { percent }));
    });
    request.upload.addEventListener("load", () => {
      progress.removeAttribute("value"); // how long matching takes is not known
      say(words.working);
    });
    request.addEventListener("error", () => done(words.failed, true));
    request.addEventListener("load", async () => {
      const name = /filename="([^"]+)"/.exec(request.getResponseHeader("Content-Disposition") ?? "");
      if (name) {
        save(request.response, name[1]);
        return done(fill(words.saved, { name: name[1] }));
      }
      const isPage = (request.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
      if (!isPage) return done(words.failed, true);
      const page = new DOMParser().parseFromString(await request.response.text(), "text/html");
      const alert = page.querySelector("main [role=alert]");
      if (!alert) return replace(page);
      document.querySelector("main [role=alert]")?.remove(); // of the list before
      form.before(document.adoptNode(alert)); // what was chosen in the form stays
      look(alert);
      done("");
    });
    button.disabled = true;
    progress.hidden = false;
    progress.value = 0;
    request.send(body);
  }

  function done(text, isBad = false) {
    button.disabled = false;
    progress.hidden = true;
    say(text, isBad);
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function look(place) {
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

function replace(page) {
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  history.pushState({ list: true }, "", location.pathname);
  scrollTo(0, 0);
  look(document.querySelector("main h1"));
  enhance();
}

addEventListener("popstate", (event) => {
  // back from a result to the form; a jump within the page changes nothing
  if (!event.state?.list && !location.hash) location.reload();
});

enhance();
