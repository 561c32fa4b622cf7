"""The compiled engine: each shape becomes whole-set checks over the columns of the graph."""
