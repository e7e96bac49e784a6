"""The candidate's workspace: Gradio draws the frame, the tabs, the run buttons and the preview.

Our own bundle (ui/workspace) draws the editor, the conversation and the last look into its cells and talks to the
HTTP interface.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

if TYPE_CHECKING:
    import gradio as gr

UI = Path(__file__).resolve().parent.parent
BUILT = UI / "workspace" / "built"
STYLES = UI / "styles"
PATH = "/work"

FONTS = ("Segoe UI", "Roboto", "Inter", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
MONO = ("Cascadia Code", "Consolas", "DejaVu Sans Mono", "Liberation Mono", "monospace")

PREVIEW = "() => window.harnessWorkspace ? window.harnessWorkspace.preview() : ['', '']"
RUN = "() => { window.harnessWorkspace && window.harnessWorkspace.run(); }"
RUN_FILE = "() => { window.harnessWorkspace && window.harnessWorkspace.runFile(); }"


def _digest(*files: Path) -> str:
    """Twelve hex digits that change whenever one of the files does."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _head() -> str:
    """The tags that load our bundle and the tokens; nothing from elsewhere."""
    script, styles, tokens = BUILT / "workspace.js", BUILT / "workspace.css", STYLES / "tokens.css"
    return (
        f'<link rel="stylesheet" href="/assets/tokens.css?v={_digest(tokens)}">'
        f'<link rel="stylesheet" href="/assets/workspace.css?v={_digest(styles)}">'
        '<link rel="icon" href="data:,">'
        f'<script defer src="/assets/workspace.js?v={_digest(script)}"></script>'
    )


def _cell(slot: str, *classes: str) -> None:
    """One cell of the grid: a slot which the bundle fills."""
    import gradio as gr

    gr.HTML(
        f'<div id="{slot}" class="slot"></div>',
        elem_classes=["cell", *classes],
        js_on_load=None,
        apply_default_css=False,
    )


def build_workspace() -> gr.Blocks:
    """The page of the candidate: no state and no server event, as all data comes from the HTTP interface."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    with gr.Blocks(title="Interview", analytics_enabled=False, fill_width=True) as blocks:
        _cell("ws-bar", "topbar-cell")
        _cell("ws-screen", "screen-cell")
        with gr.Row(elem_classes=["ws"]):
            _cell("ws-brief", "brief-cell")
            with gr.Column(elem_classes=["mid"], min_width=0):
                _cell("ws-editor", "editor-cell")
                with gr.Column(elem_classes=["rs", "coding"], min_width=0):
                    with gr.Tabs():
                        with gr.Tab("Tests", render_children=True):
                            _cell("ws-tests")
                        with gr.Tab("Output", render_children=True):
                            _cell("ws-output")
                        with gr.Tab("Runs", render_children=True):
                            _cell("ws-runs")
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
            _cell("ws-as", "as-cell")
        draw = gr.Button("Preview", elem_id="ws-preview-now", visible="hidden")
        # All three run in the browser only: there is no function behind them, so no event reaches the server.
        draw.click(None, None, [section, document], js=PREVIEW, queue=False, api_visibility="private")
        run_button.click(None, None, None, js=RUN, queue=False, api_visibility="private")
        file_button.click(None, None, None, js=RUN_FILE, queue=False, api_visibility="private")
    blocks.queue(api_open=False)
    return blocks


def _theme() -> Any:
    """Gradio's plainest theme on system fonts; every colour comes from our tokens."""
    import gradio as gr

    return gr.themes.Base(font=list(FONTS), font_mono=list(MONO))


def mount(app: FastAPI, auth_dependency: Callable[[Request], str | Awaitable[str | None] | None]) -> FastAPI:
    """Mounts the workspace under `/work`.

    `/assets` must serve the files of `ui/workspace/built` and `ui/styles`. `auth_dependency` gives the name of the
    session that a request belongs to, or None, which Gradio answers with 401.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_workspace(),
        path=PATH,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        auth_dependency=auth_dependency,
        css=(BUILT / "workspace.css").read_text(encoding="utf-8"),
        head=_head(),
        theme=_theme(),
    )
    return mounted
