"""HTML to plain text: what a person would read, one line a block.

Markup is dropped, not kept: the hub stores and serves text, so nothing a source writes can
run in anyone's page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

_HIDDEN = re.compile(
    r"<(script|style|template|head)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_HIDES = ("script", "style", "template", "head")
_HIDE = "\x00"
_TAG = re.compile(r"<(/?[a-zA-Z][^>]*)>")
_TAGS = re.compile(r"(</?[a-zA-Z][^>]*>(?:\s*</?[a-zA-Z][^>]*>)*)")
"""Tags with nothing but blanks between them: half as many as tags, and most come again."""
_NAME = re.compile(r"/?\w+")
_ESCAPED_MARKUP = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_BLOCKS = (
    "p", "div", "br", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section",
    "article", "header", "footer", "blockquote", "pre", "hr", "dd", "dt", "dl",
)  # fmt: skip
ITEM_MARK = "• "
_ITEM = "\x01"
"""Stands for the mark's own character until the end: text in ASCII is handled twice as fast."""
_LONGEST_KEPT = 200


def html_text(markup: str) -> str:
    """Give the text of `markup`; markup that was escaped as entities is unescaped once first."""
    if _ITEM in markup:
        markup = markup.replace(_ITEM, "")
    if "<" not in markup and "&lt;" in markup:
        for entity, character in _ESCAPED_MARKUP:  # chained: five times faster than unescape()
            markup = markup.replace(entity, character)
    if "<" in markup:
        markup = markup.replace("\n", " ")
        if "!" in markup and "<!--" in markup:  # one character is found ten times faster
            markup = _HIDDEN.sub(" ", markup)
        pieces = _TAGS.split(markup)
        breaks = [
            _kept(tags) if len(tags) <= _LONGEST_KEPT else _break_of(tags) for tags in pieces[1::2]
        ]
        if _HIDE in breaks:
            return html_text(_HIDDEN.sub(" ", markup) + "<p>")
        pieces[1::2] = breaks
        markup = "".join(pieces)
    if "&" in markup:
        markup = unescape(markup)
    return _lines(markup).replace(_ITEM, ITEM_MARK[0])


def _lines(marked: str) -> str:
    """Fold white space within lines, and drop those that are empty."""
    lines = marked.split("\n")
    # three searches for a fixed text are ten times faster than one for a pattern
    if "  " in marked or "\t" in marked or "\xa0" in marked or "\r" in marked:
        lines = [" ".join(line.split()) for line in lines]
    return "\n".join(filter(None, map(str.strip, lines)))


_BREAKS = {"li": f"\n{_ITEM} ", "/li": "\n"} | {
    f"{slash}{name}": "\n" for name in _BLOCKS for slash in ("", "/")
}


def _break_of(tags: str) -> str:
    """Give what stands in the text for some tags."""
    pieces = _TAG.split(tags)
    breaks = [_BREAKS.get(tag) or _break_of_one(tag) for tag in pieces[1::2]]
    if _HIDE in breaks:
        return _HIDE
    pieces[1::2] = breaks
    first, *others = "".join(pieces).split("\n")
    if not others:
        return first
    # lines that are blank here are so in the whole text, and need not be looked at there
    return "\n".join([first, *filter(str.strip, others[:-1]), others[-1]])


_kept = lru_cache(maxsize=4096)(_break_of)


def _break_of_one(tag: str) -> str:
    name = _NAME.match(tag)
    if name is None:
        return ""
    word = name[0].lower()
    return _HIDE if word in _HIDES else _BREAKS.get(word, "")
