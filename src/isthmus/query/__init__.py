"""Reads the store for the graph: what each field needs, and the statements that fetch it.

Promise: a list of any depth costs one statement a level, never one a row, and a page is found
by its sort key, never by counting. With `store` this is the only place with SQL. It knows
neither Strawberry nor HTTP: the graph declares beside each field how it is read, in the
vocabulary of this package.
"""
