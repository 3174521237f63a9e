"""How each way of cutting a list into pages is followed: one module a family.

Promises: a cursor is text that says all there is to know of the next call, so that a reading can
go on from it in another process; what does not move forward is a fault.
"""
