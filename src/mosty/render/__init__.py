"""Values to text: answers, triples and reports as people and programs read them."""
