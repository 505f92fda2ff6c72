"""Encoders: texts to unit vectors. MiniLM and other sentence-transformers models; TF-IDF with SVD where there is none."""

from knowledge.encoders.cache import embed
from knowledge.encoders.encoder import Encoder, EncoderRecord
from knowledge.encoders.lexical import LexicalEncoder
from knowledge.encoders.opening import open_encoder, read_encoder, write_encoder
from knowledge.encoders.sentence import SentenceEncoder

__all__ = ["Encoder", "EncoderRecord", "LexicalEncoder", "SentenceEncoder", "embed", "open_encoder", "read_encoder", "write_encoder"]
