"""Reads C++ just far enough: where comments, strings and #include lines are."""

import re

# Numbers come before characters: 1'000 is no character literal.
_TOKEN = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)
                      |(?P<string>R"(?P<delimiter>[^()\s\\]*)\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\\n])*")
                      |(?P<number>\b\d[\w.']*)
                      |(?P<character>'(?:\\.|[^'\\\n])*')""", re.DOTALL | re.VERBOSE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include\b[ \t]*(?:"(?P<quoted>[^"\n]*)"|<(?P<angled>[^>\n]*)>|(?P<other>[^\n]*))',
                      re.MULTILINE)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text, strings=False):
    """The text with comments (and strings, on request) blanked; every line keeps its number."""
    def replaced(match):
        hide = match["comment"] or (strings and (match["string"] or match["character"]))
        return _blank(match.group()) if hide else match.group()

    return _TOKEN.sub(replaced, text)


def includes_of(text):
    """Yields (line, the include as written, header) for text without comments; header is None for a macro."""
    for match in _INCLUDE.finditer(text):
        header = match["quoted"] if match["quoted"] is not None else match["angled"]
        yield text.count("\n", 0, match.start()) + 1, match.group().strip(), header
