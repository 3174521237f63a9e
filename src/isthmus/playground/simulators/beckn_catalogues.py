"""Catalogues of two invented platforms: courses and jobs, as DSEP writes them.

Kept on purpose, because published examples do it too: a duration without its T, tags without a
code, a name that holds markup, a contact that must reach no store.
"""

from __future__ import annotations

from typing import Any

from isthmus.playground.simulators.beckn_wire import Json

LEARNING, WORK = "onest:learning-experiences", "onest:work-opportunities"
CONTACT = "help@neelkurinji-learning.example"  # must never reach a store; tests look for it
PLATFORMS = ("learning.neelkurinji.example", "works.saptaparni.example")


def catalogue(platform: str, domain: str, words: str) -> Json:
    """Give what a platform offers in a domain whose names hold these words."""
    providers = [_matching(one, words) for one in _PROVIDERS[platform].get(domain, ())]
    return {"descriptor": {"name": f"Catalogue of {platform}"}, "providers": providers}


def _matching(provider: Json, words: str) -> Json:
    wanted = words.lower()
    items = [i for i in provider["items"] if wanted in i["descriptor"]["name"].lower()]
    return {**provider, "items": items}


def _tag(code: str, value: str) -> Json:
    return {"descriptor": {"code": code, "name": code.replace("-", " ")}, "value": value}


def _group(code: str, *listed: Json) -> Json:
    return {"descriptor": {"code": code, "name": code}, "list": list(listed), "display": True}


def _course(key: str, name: str, hours: str, *objectives: str) -> Json:
    tags = [_tag("lang-code", "en"), _tag("course-duration", f"P{hours}H")]
    tags += [_tag("learning-objective", text) for text in objectives]
    return {
        "id": key,
        "descriptor": {
            "name": name,
            "short_desc": f"{name}, at one's own pace.",
            "long_desc": f"<p><strong>{name}</strong><br>For beginners.</p>",
            "media": [{"url": f"https://learning.neelkurinji.example/{key}"}],
        },
        "price": {"currency": "INR", "value": "0"},
        "category_ids": ["SELF-PACED"],
        "fulfillment_ids": ["F1"],
        "rateable": True,
        "tags": [_group("content-metadata", *tags)],
    }


def _job(key: str, name: str, place: str, *skills: str) -> Json:
    required: list[Json] = [{"value": skill} for skill in skills]
    return {
        "id": key,
        "descriptor": {"name": name, "long_desc": f"We look for a {name.lower()}."},
        "location_ids": [place],
        "fulfillment_ids": ["1"],
        "time": {"range": {"start": "2026-10-01T09:00:00+05:30", "end": "2026-12-31T18:00:00Z"}},
        "tags": [
            _group("req-skills", *required),
            _group("employment-info", _tag("emp-duration-type", "FULL_TIME")),
        ],
    }


_PLACES = [
    {
        "id": "L1",
        "city": {"name": "Bengaluru", "code": "std:080"},
        "state": {"name": "Karnataka", "code": "KA"},
        "country": {"code": "IND"},
    },
    {"id": "L2", "city": {"name": "Pune", "code": "std:020"}},
]
_WAYS = [{"id": "1", "type": "Onsite"}, {"id": "2", "type": "remote"}]
_PROVIDERS: dict[str, dict[str, list[Any]]] = {
    PLATFORMS[0]: {
        LEARNING: [
            {
                "id": "NEEL",
                "descriptor": {"name": "Neelkurinji Learning"},
                "categories": [{"id": "SELF-PACED", "descriptor": {"name": "Self paced"}}],
                "fulfillments": [{"id": "F1", "type": "online", "contact": {"email": CONTACT}}],
                "items": [
                    _course("C-1", "Spoken English at Work", "20", "Hold a short conversation."),
                    _course("C-2", "Ledger Keeping", "12", "Post entries.", "Close a month."),
                ],
            }
        ],
    },
    PLATFORMS[1]: {
        LEARNING: [
            {
                "id": "SAPTA",
                "descriptor": {"name": "Saptaparni Works Academy"},
                "items": [_course("C-1", "Solar Panel Fitting", "30", "Fit and test a panel.")],
            }
        ],
        WORK: [
            {
                "id": "1",
                "descriptor": {"name": "Saptaparni Works"},
                "locations": _PLACES,
                "fulfillments": _WAYS,
                "items": [
                    _job("J-1", "Solar Panel Fitter", "L1", "fit solar panels", "read drawings"),
                    _job("J-2", "Ledger Clerk", "L2", "post entries"),
                ],
            }
        ],
    },
}
