"""Stored queries: front matter, typed parameters, binding, and why an answer is empty."""

from mosty.query.binding import bind
from mosty.query.catalogue import Catalogue
from mosty.query.emptiness import explain_empty
from mosty.query.frontmatter import Parameter, StoredQuery

__all__ = ["Catalogue", "Parameter", "StoredQuery", "bind", "explain_empty"]
