"""Gradient checking: numerical gradients, what their errors mean, and a checker that must find planted faults."""
