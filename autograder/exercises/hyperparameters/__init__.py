"""Hyperparameters: how to search for good ones."""
