"""Getting data in: evidence from phrases, and checking it."""
