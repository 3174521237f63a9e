"""Trials of a connector: real HTTP on loopback, a real store, and every fault an upstream has.

Promise: what a case says happened did happen, in the store and not in the engine's own words; a
trial writes to the database it was given and to no other. What does not belong here: what is right
under a fault, which `connector.kit` states.
"""
