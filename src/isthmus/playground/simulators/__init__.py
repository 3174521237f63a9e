"""Simulators of outside systems: pure functions from the world to what each one would answer.

Promises: names, nesting, units and quirks are the original's. Routes and status codes are not
here but in `isthmus.playground.simulator`.
"""
