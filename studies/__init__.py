"""Studies: what the scores are worth, on real prices."""
