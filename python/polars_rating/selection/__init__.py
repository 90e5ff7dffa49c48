"""How much of the best candidate is luck: the expressions over families of candidates."""
