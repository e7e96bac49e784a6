"""The record in open formats: JSON Lines (complete, verifiable), ProgSnap2, and foreign logs read in."""

from logs.exports.lines import SessionFile, read_sessions, write_session

__all__ = ["SessionFile", "read_sessions", "write_session"]
