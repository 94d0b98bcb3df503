"""Babysitting: what to watch while a network trains, and what it means."""
