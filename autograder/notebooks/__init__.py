"""Notebooks in and out: text masters become notebooks, and submitted notebooks become trusted ones."""
