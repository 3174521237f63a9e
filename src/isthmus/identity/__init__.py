"""Who asks: tokens read and issued, sign-in by a provider or by a key of one's own.

Promise: nobody is anyone until a token of a known issuer, meant for this hub, says so under a key
that the issuer itself publishes; no message repeats a token, and no address in a token is asked.
What does not belong here: what a caller may see (consent), HTTP (web).
"""
