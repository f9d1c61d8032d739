"""Reports as files: Markdown, PDF and a picture."""
