"""People: each read and write in the name of whoever asks, and sealed.

Promises: the only door to the tables of `tables/people.py`; every statement runs under row level
security, as the viewer or as an errand of the hub; what says something about a person is sealed
under that person's own key. What may be seen of what is found is decided in `isthmus.consent`.
"""
