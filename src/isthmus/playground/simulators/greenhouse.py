"""A Greenhouse job board, as its public board API answers.

Kept on purpose, because the original does it too: HTML whose markup is escaped once more, a
company name with a trailing blank, and metadata that names a recruiter.
"""

from __future__ import annotations

from html import escape
from typing import Any

from isthmus.playground.draw import Draw, long_number
from isthmus.playground.vacancies import Vacancy
from isthmus.playground.world import World

Json = dict[str, Any]
RECRUITER_NAME = "Recruiter Placeholder"
RECRUITER_ADDRESS = "recruiter@example.invalid"  # must never reach a store; tests look for it
NOT_FOUND: Json = {"status": 404, "error": "Job not found"}


def board_jobs(world: World, board: str, *, with_content: bool) -> Json | None:
    """Return the whole board in one body, or none where there is no such board."""
    vacancies = world.vacancies.get(board)
    if vacancies is None:
        return None
    write = _job_with_content if with_content else _job
    return {"jobs": [write(each) for each in vacancies], "meta": {"total": len(vacancies)}}


def job_number(vacancy: Vacancy) -> int:
    """Return the number by which the board knows the vacancy."""
    return long_number(f"job:{vacancy.key}")


def _job(vacancy: Vacancy) -> Json:
    number = job_number(vacancy)
    return {
        "absolute_url": f"https://careers.{vacancy.board.token}.example/jobs/{number}",
        "data_compliance": [_compliance()],
        "internal_job_id": long_number(f"internal:{vacancy.key}"),
        "location": {"name": vacancy.office.location},
        "metadata": _metadata(vacancy),
        "id": number,
        "updated_at": vacancy.updated.isoformat(),
        "requisition_id": f"R-{number % 100_000}",
        "title": vacancy.title,
        "company_name": vacancy.board.company,
        "first_published": vacancy.published.isoformat(),
        "language": vacancy.language,
        "application_deadline": vacancy.deadline and vacancy.deadline.isoformat(),
    }


def _job_with_content(vacancy: Vacancy) -> Json:
    return _job(vacancy) | {
        "content": escaped_once_more(vacancy.advert.html),
        "departments": [_department(vacancy)],
        "offices": [_office(vacancy)],
        "ai_disclaimer": None,
        "include_ai_disclaimer": None,
        "ai_opt_out_request_url": None,
    }


def escaped_once_more(html: str) -> str:
    """Escape markup the way Greenhouse does in `content`."""
    return escape(html).replace("&#x27;", "&#39;")


def _compliance() -> Json:
    return {
        "type": "gdpr",
        "requires_consent": False,
        "requires_processing_consent": False,
        "requires_retention_consent": False,
        "retention_period": None,
        "demographic_data_consent_applies": False,
    }


def _metadata(vacancy: Vacancy) -> list[Json]:
    draw = Draw(f"metadata:{vacancy.key}")
    token = vacancy.board.token
    recruiter = {
        "name": RECRUITER_NAME,
        "email": RECRUITER_ADDRESS,
        "user_id": long_number(f"user:{token}"),
        "employee_id": None,
    }
    return [
        _entry(token, "Employment Type", vacancy.hours, "single_select"),
        _entry(token, "Hiring Manager", recruiter if draw.chance(80) else None, "user"),
        _entry(token, "Openings", str(draw.number(1, 6)), "number"),
        _entry(token, "Budgeted Salary", None, "currency_range"),
    ]


def _entry(token: str, name: str, value: object, value_type: str) -> Json:
    number = long_number(f"metadata:{token}:{name}")
    return {"id": number, "name": name, "value": value, "value_type": value_type}


def _department(vacancy: Vacancy) -> Json:
    name = vacancy.department.names[vacancy.language]
    number = long_number(f"department:{vacancy.board.token}:{vacancy.department.key}")
    return {"id": number, "name": name, "child_ids": [], "parent_id": None}


def _office(vacancy: Vacancy) -> Json:
    office = vacancy.office
    return {
        "id": long_number(f"office:{vacancy.board.token}:{office.name}"),
        "name": office.name,
        "location": office.location,
        "child_ids": [],
        "parent_id": None,
    }
