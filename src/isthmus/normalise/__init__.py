"""From a source's own values to the hub's: dates, countries, languages, levels, units, enums.

Promise: pure functions; what cannot be read becomes None or UNKNOWN and is noted as drift, and
nothing is invented. No clock, no I/O. What does not belong here: finding skills in text.
"""
