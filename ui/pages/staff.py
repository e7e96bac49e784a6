"""The staff's pages: Gradio draws the frame and the tabs, our own bundle (ui/review) draws into its cells and
talks to the staff's HTTP interface. There is no server event and no state in Gradio."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ui.pages import staff_api

if TYPE_CHECKING:
    import gradio as gr

UI = Path(__file__).resolve().parent.parent
BUILT = UI / "review" / "built"
STYLES = UI / "styles"
PATH = "/review"

FONTS = ("Segoe UI", "Roboto", "Inter", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
MONO = ("Cascadia Code", "Consolas", "DejaVu Sans Mono", "Liberation Mono", "monospace")
TABS = (("Replay", "rv-replay"), ("Statements", "rv-items"), ("What was changed", "rv-changes"))


def _digest(*files: Path) -> str:
    """Twelve hex digits that change whenever one of the files does."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _head() -> str:
    """The tags that load our bundle and the tokens; nothing from elsewhere."""
    script, styles, tokens = BUILT / "review.js", BUILT / "review.css", STYLES / "tokens.css"
    return (
        f'<link rel="stylesheet" href="/assets/tokens.css?v={_digest(tokens)}">'
        f'<link rel="stylesheet" href="/assets/review.css?v={_digest(styles)}">'
        '<link rel="icon" href="data:,">'
        f'<script defer src="/assets/review.js?v={_digest(script)}"></script>'
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


def build_staff() -> gr.Blocks:
    """The pages of staff: a bar, a page (lists), and the review of one session with its tabs and the rating."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    with gr.Blocks(title="Sessions", analytics_enabled=False, fill_width=True) as blocks:
        _cell("rv-bar", "topbar-cell")
        _cell("rv-page", "page-cell")
        with gr.Row(elem_classes=["rv"]):
            with gr.Column(elem_classes=["rv-main"], min_width=0):
                _cell("rv-head", "head-cell")
                with gr.Tabs(elem_classes=["rv-tabs"]):
                    for title, slot in TABS:
                        with gr.Tab(title, render_children=True):
                            _cell(slot)
            _cell("rv-rate", "rate-cell")
    blocks.queue(api_open=False)
    return blocks


def _theme() -> Any:
    """Gradio's plainest theme on system fonts; every colour comes from our tokens."""
    import gradio as gr

    return gr.themes.Base(font=list(FONTS), font_mono=list(MONO))


def mount(
    app: FastAPI,
    plain: FastAPI,
    auth_dependency: Callable[[Request], str | Awaitable[str | None] | None],
) -> None:
    """Mounts the pages under `/review` of `app`, and the interface that they talk to on `plain`.

    `plain.state` has `home`, `clock` and `sessions`. `auth_dependency` gives the name of the member of staff that
    a request comes from, or None, which Gradio answers with 401.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    staff_api.install(plain)
    gr.mount_gradio_app(
        app,
        build_staff(),
        path=PATH,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        auth_dependency=auth_dependency,
        css=(BUILT / "review.css").read_text(encoding="utf-8"),
        head=_head(),
        theme=_theme(),
    )
