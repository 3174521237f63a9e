"""Stories of invented people, walked over HTTP as their browsers and programs would.

A demo prints each step with what came of it; tests walk the same steps.
"""
