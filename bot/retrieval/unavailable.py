"""The one way an embedder says that it can't work."""

from __future__ import annotations

from questions.ports import RetrievalUnavailable


class EmbedderUnavailable(RetrievalUnavailable):
    """Vectors can't be made; the text is one sentence that says what to do."""
