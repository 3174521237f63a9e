"""Connectors and sources that partners bring while the hub runs.

Promise: what is registered is data, never code; it is tried here before anyone may use it, and used
only once somebody who may has approved it; whoever is not its owner meets it as if it were not
there. What does not belong here: what makes a connector a good one, which `trials` find out.
"""
