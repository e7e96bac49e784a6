"""What the Gradio pages share: cells that a bundle of ours draws into, and the mount that loads the bundle."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ui.pages.frame import UI, digest

if TYPE_CHECKING:
    import gradio as gr

FONTS = ("Segoe UI", "Roboto", "Inter", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")
MONO = ("Cascadia Code", "Consolas", "DejaVu Sans Mono", "Liberation Mono", "monospace")
Authorise = Callable[[Request], str | Awaitable[str | None] | None]
"""Who a request comes from, or None, which Gradio answers with 401."""


def cell(slot: str, *classes: str) -> None:
    """One cell of the grid: a slot which the bundle fills."""
    import gradio as gr

    gr.HTML(
        f'<div id="{slot}" class="slot"></div>',
        elem_classes=["cell", *classes],
        js_on_load=None,
        apply_default_css=False,
    )


def mount_bundle(
    app: FastAPI, build: Callable[[], gr.Blocks], path: str, bundle: str, authorise: Authorise
) -> None:
    """Mounts a page under `path`; its script and styles are `ui/BUNDLE/built/BUNDLE.js` and `.css`.

    `/assets` must serve them and `ui/styles`. Gradio's plainest theme stands on system fonts; every colour
    comes from our tokens, and nothing is loaded from elsewhere.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    built = UI / bundle / "built"
    script, styles, tokens = built / f"{bundle}.js", built / f"{bundle}.css", UI / "styles" / "tokens.css"
    gr.mount_gradio_app(
        app,
        build(),
        path=path,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        auth_dependency=authorise,
        css=styles.read_text(encoding="utf-8"),
        head=(
            f'<link rel="stylesheet" href="/assets/tokens.css?v={digest(tokens)}">'
            f'<link rel="stylesheet" href="/assets/{bundle}.css?v={digest(styles)}">'
            '<link rel="icon" href="data:,">'
            f'<script defer src="/assets/{bundle}.js?v={digest(script)}"></script>'
        ),
        theme=gr.themes.Base(font=list(FONTS), font_mono=list(MONO)),
    )
