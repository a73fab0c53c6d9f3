// A row of buttons of which one is chosen, as the radio pattern of ARIA wants it: one tab stop, arrows move.

/**
 * Tabs are alike but for the attribute: `mark` is "aria-selected" for them.
 * @param {HTMLElement} group @param {HTMLButtonElement[]} buttons each with data-value @param {(value: string) => void} choose @param {"aria-checked"|"aria-selected"} [mark]
 * @returns {(value: string) => void} paints the chosen one
 */
export function radios(group, buttons, choose, mark = "aria-checked") {
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.value ?? ""));
  group.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    event.stopPropagation();
    const seen = buttons.filter((button) => button.offsetParent);
    const next = seen[(seen.indexOf(buttons[at]) + step + seen.length) % seen.length];
    next.focus();
    choose(next.dataset.value ?? "");
  });
  return (value) => {
    for (const button of buttons) {
      const chosen = button.dataset.value === value;
      button.setAttribute(mark, String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
  };
}
