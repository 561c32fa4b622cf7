"""Where queries run: the embedded engine, remote endpoints, and the guard before both."""
