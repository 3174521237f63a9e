"""The nouns of the labour market, as frozen values.

Promise: what stands here is already normalised (dates with zones, BCP 47 tags, our enums) and
knows neither source format nor database. Standard library only. What does not belong here:
reading, writing, guessing.
"""
