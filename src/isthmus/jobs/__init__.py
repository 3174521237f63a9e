"""The queue: work asked for here is done once, by whichever worker has its hands free.

Promise: of one subject no second job waits while one does, and no two run at once; what a person
asks for goes before what a schedule does; what a killed worker left is taken up within seconds.
procrastinate is imported in this package only. What does not belong here: knowing what a job is.
"""

from isthmus.jobs.queue import ASKED, SCHEDULED, AlreadyQueued, defer, under_way

__all__ = ["ASKED", "SCHEDULED", "AlreadyQueued", "defer", "under_way"]
