"""Turns text masters into notebooks, and submitted notebooks into notebooks that can be trusted."""
