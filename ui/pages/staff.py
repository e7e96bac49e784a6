"""The staff's pages: Gradio draws the frame and the tabs, our own bundle (ui/review) draws into its cells and
talks to the staff's HTTP interface. There is no server event and no state in Gradio."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ui.pages import staff_api
from ui.pages.bundle import Authorise, cell, mount_bundle

if TYPE_CHECKING:
    import gradio as gr

PATH = "/review"

TABS = (("Replay", "rv-replay"), ("Statements", "rv-items"), ("What was changed", "rv-changes"))


def build_staff() -> gr.Blocks:
    """The pages of staff: a bar, a page (lists), and the review of one session with its tabs and the rating."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    with gr.Blocks(title="Sessions", analytics_enabled=False, fill_width=True) as blocks:
        cell("rv-bar", "topbar-cell")
        cell("rv-page", "page-cell")
        with gr.Row(elem_classes=["rv"]):
            with gr.Column(elem_classes=["rv-main"], min_width=0):
                cell("rv-head", "head-cell")
                with gr.Tabs(elem_classes=["rv-tabs"]):
                    for title, slot in TABS:
                        with gr.Tab(title, render_children=True):
                            cell(slot)
            cell("rv-rate", "rate-cell")
    blocks.queue(api_open=False)
    return blocks


def mount(app: FastAPI, plain: FastAPI, auth_dependency: Authorise) -> None:
    """Mounts the pages under `/review` of `app`, and the interface that they talk to on `plain`.

    `plain.state` has `home`, `clock` and `sessions`. `auth_dependency` gives the name of the member of staff that
    a request comes from, or None, which Gradio answers with 401.
    """
    staff_api.install(plain)
    mount_bundle(app, build_staff, PATH, "review", auth_dependency)
