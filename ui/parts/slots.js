/** Gradio draws the frame; our parts go into its slots, again whenever Gradio draws one anew. */

const content = new Map();
let watching = false;

/** Puts an element into the slot with this id, now and whenever the slot comes back. @param {string} id @param {HTMLElement} element */
export function fill(id, element) {
  content.set(id, element);
  place();
  if (watching) return;
  watching = true;
  new MutationObserver(place).observe(document.body, { childList: true, subtree: true });
}

function place() {
  for (const [id, element] of content) {
    const slot = document.getElementById(id);
    if (slot && element.parentElement !== slot) slot.replaceChildren(element);
  }
}

/** Waits for the frame. @param {string[]} ids @returns {Promise<void>} */
export function framed(ids) {
  return new Promise((resolve) => {
    const ready = () => ids.every((id) => document.getElementById(id));
    if (ready()) return resolve();
    const observer = new MutationObserver(() => {
      if (!ready()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.documentElement, { childList: true, subtree: true });
  });
}
