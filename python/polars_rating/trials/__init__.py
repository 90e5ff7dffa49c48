"""Tables of an optimiser's trials: neighbours, plateaus, importance of parameters."""
