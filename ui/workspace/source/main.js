/** Starts the workspace, and lets tests and Gradio's own buttons reach it. */

import { Workspace } from "./workspace.js";

const workspace = new Workspace();
const contrast = new URLSearchParams(location.search).get("theme");
if (contrast === "contrast") document.documentElement.dataset.theme = "contrast";

window.harnessWorkspace = {
  /** @param {string} file @returns {string|null} the text as the editor holds it */
  text: (file) => workspace.desk?.editor.text(file) ?? null,
  /** @returns {Promise<boolean>} true once the server has acknowledged everything */
  drain: () => workspace.drain(),
  /** @returns {object} where the page stands */
  state: () => ({
    screen: workspace.screen,
    phase: workspace.view?.phase ?? null,
    task: workspace.desk?.task.name ?? null,
    file: workspace.desk?.editor.current ?? null,
    saving: workspace.saving.state,
    pending: workspace.outbox?.pending ?? 0,
    edits: workspace.outbox?.edits ?? 0,
    writer: workspace.writer,
    locked: workspace.desk?.editor.locked ?? null,
    statements: workspace.desk?.ledger.ids.map((id) => ({ id, number: workspace.desk.ledger.number(id), ...workspace.desk.ledger.decision(id) })) ?? [],
    streaming: workspace.desk?.turns.streaming ?? false,
    running: workspace.desk?.results.running ?? false,
  }),
  run: () => void workspace.desk?.run(),
  runFile: () => void workspace.desk?.runFile(),
  preview: () => workspace.desk?.previewTexts() ?? ["", ""],
};

void workspace.start();
