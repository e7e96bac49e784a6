"""Renders the plain pages: HTML from templates, everything escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

UI = Path(__file__).parents[1]
TEMPLATES = UI / "templates"


@cache
def environment() -> Environment:
    """Templates with autoescaping; `style(name)` gives the address of a style sheet with its digest."""
    found = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    found.globals["style"] = style
    found.filters["markdown"] = markdown
    return found


@cache
def style(name: str) -> str:
    """Address of a style sheet; it changes with its content."""
    return f"/assets/{name}?v={digest(UI / 'styles' / name)}"


def digest(file: Path) -> str:
    """Twelve hex digits that change with the file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def markdown(text: str) -> Markup:
    """Markdown as HTML; raw HTML, images and links in it are shown as text."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])
    return Markup(renderer.render(text))  # noqa: S704 - raw HTML is off, so the renderer escapes everything


def render(template: str, **values: Any) -> str:
    """A template as HTML."""
    return environment().get_template(template).render(**values)


def page(template: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """A page; never kept by caches."""
    return HTMLResponse(render(template, **values), status, {"Cache-Control": "no-store", **(headers or {})})
