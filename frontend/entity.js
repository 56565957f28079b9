/* What scripts add to an entity's page: copying the citation, and the picture once it is opened. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.textContent;
  button.classList.add("ready"); // without scripts it does nothing, so it is not seen
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    } catch {
      // no clipboard without a secure address: the text is marked, so that one key copies it
      getSelection().selectAllChildren(source);
    }
  });
}

for (const picture of document.querySelectorAll("[data-picture][data-script]")) {
  const load = () => {
    if (!picture.open) return;
    picture.removeEventListener("toggle", load);
    const script = document.createElement("script");
    script.src = picture.dataset.script;
    document.head.append(script);
  };
  picture.addEventListener("toggle", load);
}
