"""Looking at the pieces of a reply."""

from __future__ import annotations

from harness.assistant import Complete, Delta, Piece, Understood


def segments(pieces: list[Piece]) -> list[Complete]:
    return [p for p in pieces if isinstance(p, Complete)]


def streamed(pieces: list[Piece]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for piece in pieces:
        if isinstance(piece, Delta):
            texts[piece.index] = texts.get(piece.index, "") + piece.text
    return texts


def topics(pieces: list[Piece]) -> tuple[str, ...]:
    assert isinstance(pieces[0], Understood)
    return pieces[0].topics
