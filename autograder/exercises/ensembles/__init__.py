"""Ensembles: several networks that predict together, averages of weights, and one network that learns from many."""
