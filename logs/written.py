"""A mark as it is written in the header of a file and kept of a copy: bytes in hex, without the session's id."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from logs.marks import Mark

Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$", max_length=128)]


class WrittenMark(BaseModel):
    """One mark. See `logs.marks.Mark`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    chain: Literal["session", "review"]
    seq: Annotated[int, Field(ge=0, le=2**31 - 1)]
    hash: Hex
    at: Annotated[int, Field(ge=0, le=2**53)]
    key: Hex
    signature: Hex

    @classmethod
    def from_mark(cls, mark: Mark) -> WrittenMark:
        """The mark of a session's own or its review chain."""
        return cls.model_validate(
            {
                "chain": mark.chain,
                "seq": mark.seq,
                "hash": mark.hash.hex(),
                "at": mark.at,
                "key": mark.key.hex(),
                "signature": mark.signature.hex(),
            }
        )

    def of(self, session_id: str) -> Mark:
        """The mark of that session."""
        raw = (bytes.fromhex(self.hash), self.at, bytes.fromhex(self.key), bytes.fromhex(self.signature))
        return Mark(session_id, self.chain, self.seq, *raw)


WRITTEN: TypeAdapter[tuple[WrittenMark, ...]] = TypeAdapter(tuple[WrittenMark, ...])
