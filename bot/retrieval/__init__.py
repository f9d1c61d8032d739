"""Related answers: Chroma, and the embeddings behind it."""
