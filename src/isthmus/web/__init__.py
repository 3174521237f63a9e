"""The HTTP side: limits, strict decoding, health, the explorer; no business words.

Promise: no input gives a 500, no body is read past its limit, and every refusal has a code.
What does not belong here: what the graph means, who may see what.
"""
