"""Side-by-side measurements of this package against the other ways to compute its scores."""
