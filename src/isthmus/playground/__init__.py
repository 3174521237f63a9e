"""The demo's world: invented people's work, and simulators that serve it in true wire form.

Everything here is made up, except the ESCO concepts: their addresses, labels and relations are
those of ESCO 1.1.1. This service uses the ESCO classification of the European Commission.

Promises: the same day gives the same world, byte for byte; nothing reads a clock or a network;
each simulator speaks as its original does, quirks included. What invented people carry about, such
as a phone with a wallet, has keys and a clock of its own. What reads these answers belongs to the
connectors, not here.
"""
