"""Asks live sources for many keys at once, under consent and within a deadline.

Promises: a source that is late, down, lying or revoked costs its own part of an answer and no
other; nothing fetched for one learner is ever given with another's; nothing is kept.
"""
