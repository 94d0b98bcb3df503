"""Errors that were printed in real lecture notes, each to be mended and each mend to be proved."""
