"""Scored sessions in the formats of others."""

from evaluators.exports.inspect import InspectError, write_inspect

__all__ = ["InspectError", "write_inspect"]
