"""The formats: each tells its own documents, reads them into one shape, and checks what is its own.

Promise: a document is read or refused with one sentence, whatever its bytes; what a document does
not say stays empty; a broken rule is a check with its path, not an exception. What does not belong
here: signatures (see `proofs`), trust, levels, storage.
"""
