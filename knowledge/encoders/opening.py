"""Opening encoders: by what a person asks for, and by what a base recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.encoders.encoder import Encoder, EncoderRecord, Progress
from knowledge.encoders.lexical import LexicalEncoder
from knowledge.encoders.sentence import SentenceEncoder, find_model
from knowledge.errors import BadInput, BaseDamaged, BaseMissing, BaseOutdated, Unavailable

__all__ = ["open_encoder", "read_encoder", "write_encoder"]

FILE = "encoder.json"
LEXICAL = frozenset({"tfidf", "tfidf-svd", "lexical"})


def open_encoder(
    spec: str = "auto", *, texts: Sequence[str] | Callable[[], Sequence[str]] = (), progress: Progress | None = None
) -> Encoder:
    """Return an encoder.

    Args:
        spec: "minilm"; "tfidf" (fitted on `texts`); a folder or the name of any sentence-transformers model; "auto" is MiniLM where it is
            installed, else TF-IDF.
        texts: the catalogue's texts, or a function that yields them, for the encoder that must be fitted.
        progress: called while fitting.

    Raises:
        Unavailable: the model is not on this machine.
        BadInput: TF-IDF was asked for without a text to fit it on.
    """
    if spec == "auto":
        try:
            name, folder = find_model("minilm")
        except Unavailable:
            return open_encoder("tfidf", texts=texts, progress=progress)
        return SentenceEncoder(name, folder, spec="minilm")
    if spec in LEXICAL:
        known = texts() if callable(texts) else texts
        if not known:
            raise BadInput("the tfidf encoder is fitted on the catalogue's texts, but there are none; give a title or text column")
        return LexicalEncoder.fit(known, progress=progress)
    name, folder = find_model(spec)
    return SentenceEncoder(name, folder, spec=spec if spec != name else "")


def write_encoder(encoder: Encoder, folder: Path) -> EncoderRecord:
    """Record the encoder in a base's `encoder` folder and return the record."""
    folder.mkdir(parents=True, exist_ok=True)
    record = encoder.record()
    encoder.save(folder)
    (folder / FILE).write_text(json.dumps(record.to_json(), indent=2, sort_keys=True) + "\n", "utf-8")
    return record


def read_encoder(folder: Path) -> Encoder:
    """Open the encoder a base was made with.

    Raises:
        BaseMissing, BaseDamaged: the record or the files are not there or broken.
        BaseOutdated: the model found now is not the one that made the vectors.
        Unavailable: the model is not on this machine any more.
    """
    file = folder / FILE
    if not file.is_file():
        raise BaseMissing(f"no encoder at {str(folder)!r}; build the knowledge base again with vectors")
    try:
        record = EncoderRecord(**json.loads(file.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise BaseDamaged(f"{str(file)!r} does not describe an encoder ({error}); build the knowledge base again") from error
    encoder: Encoder = LexicalEncoder.load(folder) if record.kind == "lexical" else _sentence(record)
    if (encoder.dim, encoder.fingerprint) != (record.dim, record.fingerprint):
        raise BaseOutdated(
            f"the base was made with {record.name!r} ({record.dim} dimensions, fingerprint {record.fingerprint[:12]}), but what is here is "
            f"{encoder.name!r} ({encoder.dim} dimensions, fingerprint {encoder.fingerprint[:12]}); build it again, or bring that model back"
        )
    return encoder


def _sentence(record: EncoderRecord) -> SentenceEncoder:
    name, folder = find_model(record.spec or record.name)
    return SentenceEncoder(name, folder, spec=record.spec)
