"""Reference pages: the ontology, the shapes, the stored queries with their answers."""
