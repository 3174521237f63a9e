"""Words of the European Learning Model's code lists, as codes of this project."""

from __future__ import annotations

import re
from typing import NamedTuple

from isthmus.model.qualification import LearningType, Scale, Workload

LANGUAGES = {
    "BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "EST": "et",
    "FIN": "fi", "FRA": "fr", "GLE": "ga", "HRV": "hr", "HUN": "hu", "ISL": "is", "ITA": "it",
    "LAV": "lv", "LIT": "lt", "MKD": "mk", "MLT": "mt", "NLD": "nl", "NOR": "no", "POL": "pl",
    "POR": "pt", "RON": "ro", "RUS": "ru", "SLK": "sk", "SLV": "sl", "SPA": "es", "SQI": "sq",
    "SRP": "sr", "SWE": "sv", "TUR": "tr", "UKR": "uk", "ARA": "ar", "HIN": "hi", "SWA": "sw",
}  # fmt: skip
_SETTINGS = {
    "formal learning": LearningType.FORMAL,
    "non-formal learning": LearningType.NON_FORMAL,
    "informal learning": LearningType.INFORMAL,
}
_MICRO = {"micro-credential", "microcredential", "micro credential"}
_ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
_EQF = re.compile(r"https?://data\.europa\.eu/(?:snb|esco)/eqf/([1-8])")
_HOURS = re.compile(r"PT(?=[0-9])(?:([0-9]{1,6}(?:\.[0-9]{1,4})?)H)?(?:([0-9]{1,6})M)?")


class Supervision(NamedTuple):
    """Whether an assessment was watched, and whether the learner's identity was checked."""

    supervised: bool | None
    identity_checked: bool | None


def language(uri: str | None) -> str | None:
    """Give the tag of a language named by its address in the Union's authority list, or itself."""
    last = (uri or "").rpartition("/")[2]
    return LANGUAGES.get(last) or (last.lower() if len(last) == 2 else None)  # noqa: PLR2004


def learning_type(label: str | None) -> LearningType:
    """Tell the setting, only where it is stated."""
    return _SETTINGS.get((label or "").strip().casefold(), LearningType.UNKNOWN)


def scale(*labels: str | None) -> Scale:
    """Tell a micro-credential, only where the document calls itself one."""
    said = {(label or "").strip().casefold() for label in labels}
    return Scale.MICRO if said & _MICRO else Scale.UNKNOWN


def credit_framework(uri: str | None, label: str | None) -> str:
    """Name a credit system by its code."""
    if uri == _ECTS or "european credit transfer" in (label or "").casefold():
        return "ECTS"
    return label or uri or "UNSTATED"


def eqf(uri: str | None) -> str | None:
    """Give the EQF level of a level's address."""
    found = _EQF.fullmatch(uri or "")
    return found[1] if found else None


def workload(stated: str | None) -> Workload | None:
    """Read hours of learning; a calendar duration keeps its words and states no hours."""
    if not stated:
        return None
    found = _HOURS.fullmatch(stated)
    if found is None:
        return Workload(None, None, stated)
    hours = float(found[1] or 0) + float(found[2] or 0) / 60
    return Workload(hours, hours, stated)


def supervision(label: str | None) -> Supervision:
    """Read the English label of the code list of supervision and verification."""
    said = (label or "").casefold()
    if "supervised" not in said:
        return Supervision(None, None)
    identity = None
    if "without id" in said or "no id" in said:
        identity = False
    elif "with id" in said:
        identity = True
    return Supervision("unsupervised" not in said, identity)
