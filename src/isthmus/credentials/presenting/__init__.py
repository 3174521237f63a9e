"""Presentations from a wallet, by OpenID for Verifiable Presentations 1.0: asked for and checked.

Promise: a presentation is believed only where its holder signed it for this very request; what it
shows goes on as the issuer wrote it, to be verified like any document. Pure: nothing here keeps a
request, or talks to a wallet.
"""
