"""Words to vectors, and word vectors to documents' vectors."""

from textvec.embeddings.embedding_vectorizer import EmbeddingVectorizer
from textvec.embeddings.formats.download import download
from textvec.embeddings.results import Neighbour, Neighbours
from textvec.embeddings.subwords import Subwords
from textvec.embeddings.word2vec import Word2Vec
from textvec.embeddings.word_vectors import WordVectors

__all__ = ["EmbeddingVectorizer", "Neighbour", "Neighbours", "Subwords", "Word2Vec", "WordVectors", "download"]
