"""Serves synthetic postings in pages, from another process, as fast as bytes can be sent."""

from __future__ import annotations

import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import orjson

PAGE = 500
WORDS = (  # words that are no skill, so that a posting names as few as a real one
    "you will bring your own ideas to our daily routine and share them with colleagues across"
    " several sites while we grow together over the next few years in a friendly place near"
    " central parks where people care about each other and enjoy what they do every single day"
).split()
SKILLS = ("Python", "project management", "customer service", "SQL", "communication")
TITLES = ("Data Analyst", "Support Engineer", "Nurse", "Store Manager", "Accountant")
PLACES = ("Nairobi, Kenya", "Lyon, France", "Lima, Peru", "Pune, India", "Remote")


def posting(number: int) -> dict[str, object]:
    """Make one posting of about 1.3 kB, the same for the same number."""
    dice = random.Random(number)
    lines = "".join(
        f"<li>{' '.join(dice.choices(WORDS, k=9))} {dice.choice(SKILLS) if n < 3 else ''}</li>"
        for n in range(8)
    )
    return {
        "id": number,
        "title": f"{dice.choice(TITLES)} {number}",
        "absolute_url": f"https://jobs.example/{number}",
        "company_name": f"Company {number % 97}",
        "location": {"name": dice.choice(PLACES)},
        "departments": [{"id": 1, "name": "Operations"}],
        "language": "en",
        "first_published": "2026-09-01T08:00:00-04:00",
        "updated_at": f"2026-10-{1 + number % 28:02}T09:30:00-04:00",
        "metadata": [{"name": "Recruiter", "value": None, "value_type": "user"}],
        "content": f"<p>{' '.join(dice.choices(WORDS, k=40))}</p><ul>{lines}</ul>",
    }


def main() -> None:
    """Serve `argv[1]` postings on a free port, which is printed."""
    count = int(sys.argv[1])
    pages = [
        orjson.dumps({"jobs": [posting(n) for n in range(at, min(at + PAGE, count))]})
        for at in range(0, count, PAGE)
    ] + [b'{"jobs":[]}']

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
            body = pages[min(page, len(pages)) - 1]
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
