"""The names of the formats that commands write, in one place; light enough for ``--help``."""

from __future__ import annotations

GRAPH_FORMATS = ("nt", "trig", "annotated", "jsonld", "rdf")
"""In which a release holds the graph, beside Turtle and N-Quads, which are always there."""

TABLE_FORMATS = ("csv", "xlsx", "geojson", "parquet")
"""In which a release holds tables."""

RELEASE_FORMATS = (*GRAPH_FORMATS, *TABLE_FORMATS)
"""What a release can hold beside Turtle and N-Quads."""

USUAL_FORMATS = tuple(name for name in RELEASE_FORMATS if name != "parquet")
"""All but Parquet, which needs a large library."""

DIFFERENCE_FORMATS = ("text", "patch", "json", "md", "html")
"""In which differences are told."""
