"""The assistant: one interface, an authored and a live source behind it. Importing it loads no model."""

from harness.assistant.source import make_assistant, warm
from harness.assistant.turn import (
    Assistant,
    AssistantError,
    Complete,
    Delta,
    Piece,
    Quote,
    SegmentHead,
    Statement,
    Turn,
    Understood,
    Used,
)

__all__ = [
    "Assistant",
    "AssistantError",
    "Complete",
    "Delta",
    "Piece",
    "Quote",
    "SegmentHead",
    "Statement",
    "Turn",
    "Understood",
    "Used",
    "make_assistant",
    "warm",
]
