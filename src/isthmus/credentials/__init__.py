"""Reads credentials of any format and verifies them, with every check shown.

Promise: verification works on the original bytes; no JSON-LD context is ever loaded from the
network; nothing unchecked passes for checked; the level is computed from the checks. What does
not belong here: who may see a credential, and keeping it.
"""
