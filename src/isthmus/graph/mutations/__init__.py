"""Mutations, by what they are about; `isthmus.graph.mutation` puts them together as the root."""
