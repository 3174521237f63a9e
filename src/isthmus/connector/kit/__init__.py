"""The conformance kit: what a connector's own folder says, held against what it does.

Promise: every finding names file and line; every fault has one right outcome, stated before it is
tried. Here are samples, an upstream on loopback that misbehaves on demand, the faults, the verdicts
and the tier. What does not belong here: the store; `isthmus.trials` runs syncs against all this.
"""
