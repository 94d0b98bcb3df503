"""Exercises of the assignment `hyperparameters`: how to look for good ones."""
