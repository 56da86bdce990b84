/** On a narrow screen the page shows one part at a time; these are the buttons that choose. */
export function setUpTabs() {
  const buttons = [...document.querySelectorAll("#tabs button")];

  function choose(tab) {
    document.body.dataset.tab = tab;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
  }

  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.tab));
  choose(document.body.dataset.tab);
}

/** Mark a tab that is not on screen as having news. */
export function markTab(tab) {
  const button = document.querySelector(`#tabs [data-tab="${tab}"]`);
  if (document.body.dataset.tab === tab) return;
  button.classList.add("news");
  button.addEventListener("click", () => button.classList.remove("news"), { once: true });
}
