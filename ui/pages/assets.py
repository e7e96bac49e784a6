"""Style sheets and built scripts: a fixed list of files, cached by their digest in the address."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, Response

from ui.pages.frame import UI

router = APIRouter()
FOLDERS = ("styles", "workspace/built", "review/built")
KINDS = {".css": "text/css", ".js": "text/javascript"}


@router.get("/assets/{name}")
def asset(name: str) -> Response:
    """One file by its name."""
    for folder in FOLDERS:
        path = UI / folder / name
        if path.suffix in KINDS and name in {p.name for p in (UI / folder).glob("*")}:
            return FileResponse(
                path,
                media_type=KINDS[path.suffix],
                headers={"Cache-Control": "public, max-age=31536000, immutable"},
            )
    return JSONResponse({"error": "There is no such file.", "code": "unknown"}, 404)


@router.get("/manifest.json")
def manifest() -> JSONResponse:
    """Pages ask for it; there is nothing to install."""
    return JSONResponse({})


@router.get("/favicon.ico")
def icon() -> Response:
    """Browsers ask for it; pages carry none."""
    return Response(status_code=204)
