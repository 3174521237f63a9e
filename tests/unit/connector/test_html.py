"""HTML becomes what a person would read, one line a block, and nothing that could run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.html import html_text

READ = {
    "<p>One</p><p>Two</p>": "One\nTwo",
    "<ul><li>a</li><li>b</li></ul>": "• a\n• b",
    "<b>one</b> <i>two</i>": "one two",
    "<ul> <li>a </li> <li><p>b</p></li></ul> <div> <div>c": "• a\n•\nb\nc",
    "<p>\x01a</p><ul><li>b": "a\n• b",
    f"<p title='{'x' * 300}'>a</p>": "a",
    "line one<br/>line two": "line one\nline two",
    "<b>bo</b>ld": "bold",
    "a &lt; b and c &gt; d": "a < b and c > d",
    "&lt;p&gt;R&amp;amp;D&lt;/p&gt;": "R&D",
    "<p>caf&eacute;&nbsp;noir</p>": "café noir",
    "<p>a\r\nb\tc</p>": "a b c",
    "plain text, 3 < 4": "plain text, 3 < 4",
    "<style>p {}</style>seen": "seen",
    "<SCRIPT src='x'>alert(1)</SCRIPT>seen": "seen",
    "seen<script>never closed": "seen",
    "<!-- hidden --><p>seen</p>": "seen",
    "<p>seen<!-- never closed": "seen",
    "<header>top</header><heading>x</heading>": "top\nx",
    "<script_x>seen</script_x>": "seen",
    "<headé>seen": "seen",
    "": "",
}


@pytest.mark.parametrize("markup", READ)
def test_markup_reads_as_its_text(markup: str) -> None:
    assert html_text(markup) == READ[markup]


tags = st.sampled_from(
    ["p", "li", "b", "br/", "script", "style", "head", "script_x", "styleé", "x-y"]
)
pieces = st.one_of(
    st.text(alphabet="ab &;\n\t<>", max_size=6),
    tags.map(lambda name: f"<{name}>"),
    tags.map(lambda name: f"</{name}>"),
    st.sampled_from(["<!--", "-->", "&lt;", "&amp;", "&#60;", "\xa0", "\x00", "<p class='"]),
)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=12).map("".join))
def test_no_markup_fails_and_no_line_is_blank(markup: str) -> None:
    lines = html_text(markup).split("\n")
    assert lines == [""] or all(line == line.strip() and line for line in lines)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=6).map("".join), st.sampled_from(["script", "style", "template"]))
def test_what_stands_in_a_hidden_element_never_shows(around: str, name: str) -> None:
    markup = f"<p>seen</p><{name}>hidden-word</{name}>{around}"
    assert "hidden-word" not in html_text(markup)
