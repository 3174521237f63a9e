"""One pass over one source: pull, normalise, link, write, report.

Promise: a page and the cursor behind it are written together or not at all; nothing is removed
after a run that was not complete and plausible; what cannot be read is quarantined with its
reason and never replaces the last good record. What does not belong here: how a source is
reached, what a record means, when a run is due.
"""

from isthmus.sync.report import SourceReport, StreamReport
from isthmus.sync.syncing import Limits, Syncer

__all__ = ["Limits", "SourceReport", "StreamReport", "Syncer"]
