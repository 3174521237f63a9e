"""Who asks: tokens verified and given, sign-ins, clients.

Promises: a token is believed only whole: its type, issuer, audience, times, algorithm and key;
no key is ever fetched from an address that a token names. What a caller may see is decided
elsewhere.
"""
