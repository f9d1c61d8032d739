"""Imported drafts, until a lead has approved, edited or dropped them."""
