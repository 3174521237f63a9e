"""The explorer: GraphiQL from our own files, with the example operations in its tabs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import orjson

STATIC = Path(__file__).parent / "static"

_SCRIPT = """
const socket = new URL(ENDPOINT, location.href);
socket.protocol = socket.protocol.replace('http', 'ws');
const root = ReactDOM.createRoot(document.getElementById('graphiql'));
const fetcher = GraphiQL.createFetcher({url: ENDPOINT, subscriptionUrl: socket.href});
const props = {fetcher, defaultTabs: TABS, defaultEditorToolsVisibility: true};
root.render(React.createElement(GraphiQL, props));
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>isthmus</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{static}/graphiql.min.css">
<style>html, body, #graphiql {{ height: 100%; margin: 0; }}</style>
</head>
<body>
<div id="graphiql">Loading</div>
<script src="{static}/react.production.min.js"></script>
<script src="{static}/react-dom.production.min.js"></script>
<script src="{static}/graphiql.min.js"></script>
<script>{script}</script>
</body>
</html>
"""


class Explorer:
    """The page, and the policy under which a browser may run it."""

    def __init__(self, examples: Sequence[str], *, endpoint: str, static: str) -> None:
        tabs = orjson.dumps([{"query": text} for text in examples]).decode().replace("<", "\\u003c")
        script = _SCRIPT.replace("TABS", tabs).replace("ENDPOINT", f"'{endpoint}'")
        self.page = _PAGE.format(static=static, script=script).encode()
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'"
            " 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self';"
            " worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
