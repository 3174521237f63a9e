"""How each form of writing records is read: one module a form.

Promises: nothing is fetched, no entity is expanded, no file unpacks past its limit; what is no
record is given as a `Rejection` with its line, and what breaks off is `SourceGarbled`, so that a
list that is not whole never passes for one.
"""
