"""The candidate's workspace: Gradio draws the frame, the tabs, the run buttons and the preview.

Our own bundle (ui/workspace) draws the editor, the conversation and the last look into its cells and talks to the
HTTP interface.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ui.pages.bundle import Authorise, cell, mount_bundle

if TYPE_CHECKING:
    import gradio as gr

PATH = "/work"

PREVIEW = "() => window.harnessWorkspace ? window.harnessWorkspace.preview() : ['', '']"
RUN = "() => { window.harnessWorkspace && window.harnessWorkspace.run(); }"
RUN_FILE = "() => { window.harnessWorkspace && window.harnessWorkspace.runFile(); }"


def build_workspace() -> gr.Blocks:
    """The page of the candidate: no state and no server event, as all data comes from the HTTP interface."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    with gr.Blocks(title="Interview", analytics_enabled=False, fill_width=True) as blocks:
        cell("ws-bar", "topbar-cell")
        cell("ws-screen", "screen-cell")
        with gr.Row(elem_classes=["ws"]):
            cell("ws-brief", "brief-cell")
            with gr.Column(elem_classes=["mid"], min_width=0):
                cell("ws-editor", "editor-cell")
                with gr.Column(elem_classes=["rs", "coding"], min_width=0):
                    with gr.Tabs():
                        with gr.Tab("Tests", render_children=True):
                            cell("ws-tests")
                        with gr.Tab("Output", render_children=True):
                            cell("ws-output")
                        with gr.Tab("Runs", render_children=True):
                            cell("ws-runs")
                    gr.HTML(
                        '<div id="ws-run-meta"></div>',
                        elem_classes=["run-meta"],
                        js_on_load=None,
                        apply_default_css=False,
                    )
                    file_button = gr.Button("Run file", size="sm", elem_classes=["run-file"])
                    run_button = gr.Button("Run tests", variant="primary", size="sm", elem_classes=["run"])
                with gr.Column(elem_classes=["rs", "pv"], min_width=0), gr.Tabs():
                    with gr.Tab("Preview", render_children=True):
                        section = gr.Markdown("", elem_classes=["prose-host"])
                    with gr.Tab("Whole document", render_children=True):
                        document = gr.Markdown("", elem_classes=["prose-host"])
            cell("ws-as", "as-cell")
        draw = gr.Button("Preview", elem_id="ws-preview-now", visible="hidden")
        # All three run in the browser only: there is no function behind them, so no event reaches the server.
        draw.click(None, None, [section, document], js=PREVIEW, queue=False, api_visibility="private")
        run_button.click(None, None, None, js=RUN, queue=False, api_visibility="private")
        file_button.click(None, None, None, js=RUN_FILE, queue=False, api_visibility="private")
    blocks.queue(api_open=False)
    return blocks


def mount(app: FastAPI, auth_dependency: Authorise) -> None:
    """Mounts the workspace under `/work`.

    `/assets` must serve the files of `ui/workspace/built` and `ui/styles`. `auth_dependency` gives the name of the
    session that a request belongs to, or None, which Gradio answers with 401.
    """
    mount_bundle(app, build_workspace, PATH, "workspace", auth_dependency)
