"""Ensembles: several networks that vote, averages of weights, and one network taught by many."""
