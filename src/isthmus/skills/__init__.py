"""Links text and foreign codes to skills of published schemes.

Promise: every statement is answered, by a skill with the method and confidence it rests on, or
as UNMATCHED; nothing is dropped, and no link is made on less than a label, an alias, a code or
a URI of the scheme. What does not belong here: reading or writing the store.
"""

from isthmus.skills.concept_labels import ConceptLabels
from isthmus.skills.linker import Linker

__all__ = ["ConceptLabels", "Linker"]
