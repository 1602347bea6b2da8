"""The page around a message: readable on a telephone, in the dark, aloud, and without a network.

Nothing in it is fetched from anywhere. Styles stand on each element, because several mail programs
throw away a style sheet; what stays in the head is only for programs that understand it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import css_inline

_STYLE = """
body { margin: 0; padding: 0; background-color: #ffffff; color: #1a1a1a;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
  font-size: 16px; line-height: 1.5; }
main { display: block; max-width: 600px; margin: 0 auto; padding: 24px 16px;
  overflow-wrap: break-word; }
p { margin: 0 0 16px 0; }
h1, h2, h3, h4, h5, h6 { margin: 24px 0 12px 0; line-height: 1.25; }
h1 { font-size: 24px; margin-top: 0; }
h2 { font-size: 20px; }
h3, h4, h5, h6 { font-size: 17px; }
ul, ol { margin: 0 0 16px 0; padding: 0; padding-inline-start: 24px; }
li { margin: 0 0 6px 0; }
a { color: #0b57d0; text-decoration: underline; }
blockquote { margin: 0 0 16px 0; padding: 0; padding-inline-start: 12px;
  border-inline-start: 3px solid #767676; }
hr { border: 0; border-top: 1px solid #767676; margin: 24px 0; }
pre { white-space: pre-wrap; margin: 0 0 16px 0; }
.preview { display: none; max-height: 0; overflow: hidden; }
"""

_KEPT = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body { background-color: #1a1a1a !important; color: #f2f2f2 !important; }
  a { color: #a8c7fa !important; }
}
"""


_BUTTON = """ { display: inline-block; margin: 4px 0; padding: 10px 18px; border: 2px solid;
  border-radius: 6px; font-weight: bold; text-decoration: none; }
"""


def page(
    body: str,
    *,
    title: str,
    preview: str,
    language: str,
    direction: str,
    buttons: Sequence[str] = (),
) -> str:
    """A whole HTML document with its style sheet; `body`, `title` and `preview` are HTML already.

    `preview` is what a mail program shows beside the subject, "" for none. Links to one of the
    addresses `buttons` look like buttons.
    """
    pressed = ", ".join(f'a[href="{address}"]' for address in buttons)
    shown = f'<div class="preview">{preview}</div>\n' if preview else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style data-css-inline="keep">{_KEPT}</style>
<style>{_STYLE}{pressed + _BUTTON if pressed else ""}</style>
</head>
<body dir="{direction}">
{shown}<main>
{body}</main>
</body>
</html>
"""


def inlined(html: str) -> str:
    """The same page with its styles on each element."""
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
