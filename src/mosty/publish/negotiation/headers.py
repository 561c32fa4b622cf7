"""What every answer of a host should say: types with their character set, what a page may load, and no more."""

from __future__ import annotations

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Pages load nothing from elsewhere, and no script or style that stands in a page; WebAssembly is for queries."""

SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # The data are for everybody, a page of another site that reads them included.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "wasm": "application/wasm",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "txt": "text/plain",
    "md": "text/markdown",
    "xml": "application/xml",
    "json": "application/json",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "rdfp": "application/rdf-patch",
    "rq": "application/sparql-query",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "cff": "text/yaml",
    "gz": "application/gzip",
    "zst": "application/zstd",
}
"""Media types by extension."""

WITH_CHARSET = ("html", "css", "js", "txt", "md", "ttl", "csv", "cff")
"""Extensions of text that must say that it is UTF-8; the other formats are always that."""

VARY = "Accept, Accept-Language"

PLAIN_FILES = ("SHA256SUMS",)
"""Files without extension; they are text."""
