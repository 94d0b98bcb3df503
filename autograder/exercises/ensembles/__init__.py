"""Ensembles: several networks that vote, averages of weights, and one network that learns from many."""
