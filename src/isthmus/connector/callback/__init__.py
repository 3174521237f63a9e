"""Sources that answer later, at an address of the hub's own: what is sent, awaited and believed.

Promise: a callback is taken only when it answers a call that is still waited for, and is signed by
the one it says it is from. What does not belong here: the store, the endpoint it arrives at.
"""
