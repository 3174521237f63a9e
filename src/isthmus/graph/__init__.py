"""The published graph: types, inputs, resolvers of a few lines, failures as codes.

Promise: each field's type, description and way of being read stand together, and the schema
is printed from here. Strawberry and aiodataloader are imported in this package only. What does
not belong here: SQL, decisions, anything that knows HTTP.
"""
