"""The only door out: every call to another machine passes here.

Promise: the address actually dialled is vetted on every hop, answers are bounded in size and
time, retries honour Retry-After, and no secret stands in an error. httpx is imported in this
package only. What does not belong here: knowing what an answer means.
"""

from isthmus.outbound.answer import Answer
from isthmus.outbound.authority import Authority, ClientCredentials, Credentials, Key
from isthmus.outbound.circuit import Circuit
from isthmus.outbound.client import Outbound, SourceClient, Terms

__all__ = [
    "Answer",
    "Authority",
    "Circuit",
    "ClientCredentials",
    "Credentials",
    "Key",
    "Outbound",
    "SourceClient",
    "Terms",
]
