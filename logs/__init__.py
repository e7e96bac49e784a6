"""The record: typed events, the store, the hash chain, replay and provenance, exports."""

from logs.database import DatabaseError, open_engine
from logs.record import Chain, Entry, ErasedError, Record, UnfitTextError
from logs.recording import Recording
from logs.replay import Document, Replay, replay, shares
from logs.store import ConflictError, Head, Log, StorageError
from logs.verify import Fault, verify

__all__ = [
    "Chain",
    "ConflictError",
    "DatabaseError",
    "Document",
    "Entry",
    "ErasedError",
    "Fault",
    "Head",
    "Log",
    "Record",
    "Recording",
    "Replay",
    "StorageError",
    "UnfitTextError",
    "open_engine",
    "replay",
    "shares",
    "verify",
]
