"""Who may see what of a learner, now: grants, guardians, receipts, the log of reads.

Promises: default deny; what is answered was allowed at the moment of answering, and each read
that rested on a consent stands in a log the learner can see.
"""
