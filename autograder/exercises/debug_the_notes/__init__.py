"""Errors printed in real lecture notes: students fix each one and prove that the fix works."""
