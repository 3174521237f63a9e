"""The only door out: every call to another machine passes here.

Promise: the address actually dialled is vetted on every hop, answers are bounded in size and
time, retries honour Retry-After, and no secret stands in an error. httpx is imported in this
package only. What does not belong here: knowing what an answer means.
"""

from isthmus.outbound.answer import Answer
from isthmus.outbound.authority import Authority, ClientCredentials, Credentials, Key
from isthmus.outbound.client import Outbound, SourceClient
from isthmus.outbound.gate import Gate, Turn
from isthmus.outbound.terms import Terms

__all__ = [
    "Answer",
    "Authority",
    "ClientCredentials",
    "Credentials",
    "Gate",
    "Key",
    "Outbound",
    "SourceClient",
    "Terms",
    "Turn",
]
