"""Reading and writing RDF: terms, prefixes, files."""
