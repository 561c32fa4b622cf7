"""The static site of a release: pages for people, from the same content as the dumps."""
