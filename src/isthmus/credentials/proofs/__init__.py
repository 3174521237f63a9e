"""Signatures: what was signed, by which key, whose key that is, and whether it still stands.

Promise: a signature is checked over the original claims with an algorithm named in a fixed list;
a term that no context defines is a fault, never dropped in silence; a good signature whose key
nobody vouches for is a good signature with an unbound issuer. What does not belong here: reading
a credential's meaning, and trust in an issuer.
"""
