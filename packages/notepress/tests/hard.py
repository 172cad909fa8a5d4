"""Notebooks that are hard to print, each for reasons of its own, by their names."""

# ruff: noqa: E501

import base64
import io
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image


def picture(width: int, height: int, kind: str = "png") -> str:
    """An image of one colour, in base64."""
    packed = io.BytesIO()
    Image.new("RGB", (width, height), (18, 67, 109)).save(packed, kind)
    return base64.b64encode(packed.getvalue()).decode()


def shown(**data: Any) -> NotebookNode:
    """An output whose kinds are named with _ for / and __ for other signs."""
    kinds = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml", "html": "text/html",
             "md": "text/markdown", "latex": "text/latex", "plain": "text/plain",
             "plotly": "application/vnd.plotly.v1+json", "vega": "application/vnd.vegalite.v5+json",
             "widget": "application/vnd.jupyter.widget-view+json", "js": "application/javascript",
             "json": "application/json"}  # fmt: skip
    return new_output("display_data", {kinds[name]: one for name, one in data.items()})


def said(text: str, name: str = "stdout") -> NotebookNode:
    """What a cell wrote to a stream."""
    return new_output("stream", name=name, text=text)


def frame(rows: int, columns: int, *, words: bool = False) -> str:
    """A frame as pandas writes it."""
    head = "".join(f"<th>measurement_{n}</th>" for n in range(columns))
    cell = "a few words {} and {} in it" if words else "-{}.{:06d}"
    body = "".join(
        f"<tr><th>{y}</th>"
        + "".join(f"<td>{cell.format(y * x % 7, y * 7919 + x)}</td>" for x in range(columns))
        + "</tr>"
        for y in range(rows)
    )
    style = "<style scoped>.dataframe tbody tr th { vertical-align: top; }</style>"
    return f'<div>{style}<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


md, code, raw = new_markdown_cell, new_code_cell, new_raw_cell
MULTI = (
    "<table><thead><tr><th></th><th></th><th colspan='3'>rate</th><th colspan='2' rowspan='2'>count of all</th></tr>"
    "<tr><th>year</th><th>month</th><th>low</th><th>mid</th><th>high</th></tr></thead><tbody>"
    "<tr><th rowspan='2'>2018</th><th>May</th><td>1.5</td><td>2.5</td><td>3.5</td><td>10</td><td>11</td></tr>"
    "<tr><th>June</th><td>1.6</td><td>2.6</td><td>3.6</td><td>12</td><td>13</td></tr></tbody></table>"
)
DRAWN = '<svg viewBox="0 0 120 40"><title>bars</title><rect width="80" height="20" fill="#12436d"/><text x="4" y="36">eighty ✅</text></svg>'

CELLS: dict[str, list[NotebookNode]] = {
    "signs that few fonts have": [
        md("# Results 🎉\n\nFlags 🇨🇳 🇺🇸, keycap 1️⃣, tick ✅, family 👩‍💻, skin 👍🏽, icon \ue0b0, arrows → ⇒ ⟶, and `code 🚀`."),
        md("Korean 안녕하세요 세계, Thai สวัสดี, Arabic مرحبا بالعالم, Hebrew שלום עולם, Hindi नमस्ते, Greek αβγ, Cyrillic привет."),
        code("print('🎉 done')  # ✅ 한국어", outputs=[said("🎉 done\n한국어\n"), shown(html="<b>bold 🎈</b> &#127881; &hearts;")]),
    ],
    "headings of all kinds": [
        md('<h1 style="text-align:center">Title by HTML</h1>\n\n#\n\n## \n\n<h2></h2>\n\n<h2>Section by HTML</h2>\n\n###### Deep\n\n![only a picture](attachment:p.png)', attachments={"p.png": {"image/png": picture(40, 20)}}),
        md("# ![banner](attachment:p.png)\n\n[To the section](#Section-by-HTML), [to nowhere](#nowhere), [a file](other.ipynb), [out](https://example.org/a_long_address_that_goes_on_and_on/and_on/and_on/and_on/and_on/and_on/and_on/and_on/index.html)\n\n# Twice\n\n# Twice\n\nSetext\n======\n\n#No space", attachments={"p.png": {"image/png": picture(40, 20)}}),
    ],
    "HTML in Markdown": [
        md("E=mc<sup>2</sup>, H<sub>2</sub>O, <b>bold</b> <em>slanted</em> <u>under</u> <kbd>Ctrl</kbd> <mark>marked</mark> <del>gone</del> <a href='https://example.org'>link</a> <!-- unseen --> <br> &copy; &lt;tag&gt;"),
        md("<table><tr><th>left</th><th>right</th></tr><tr><td>one</td><td><ul><li>inner first<li>inner second</ul></td></tr></table>\n\n<ul>\n<li>apple\n<li>pear <b>ripe</b>\n</ul>\n\n<dl><dt>term</dt><dd>meaning</dd></dl>\n\n<details><summary>More</summary>\n\nHidden *words*\n\n</details>"),
        md("A note[^1] and another[^long].\n\n[^1]: WORDS of the note.\n[^long]: Longer words of it.\n\n- [x] done\n- [ ] open\n\n~~struck~~ \\(x^2\\)\n\nTerm\n: Definition of it\n\n> quoted\n>> deeper\n\n<div class='alert'>An alert with **stars**</div>\n\n<center>centred</center>\n\n<font color=red>red words</font>"),
        md("<iframe src='https://example.org'></iframe> <video src='a.mp4'>no video</video>\n\n<script>alert('x')</script>\n\n<form><input type='text' value='v'><button>Push me</button></form>\n\n<div>\nunclosed <b>bold\n\n<table><tr><td>left open"),
        md("After what was left open.\n\n<style>p {color: red}</style>\n\n```html\n<iframe>kept as code</iframe>\n# no heading\n::: no div\n```\n\n``` \nno language\n```\n\n    indented code <b>\n\n```mermaid\ngraph TD; A-->B\n```"),
    ],
    "formulas of all kinds": [
        md("Inline $x_1^2$, $\\alpha<\\beta$, costs $5 or $6, \\\\(y\\\\), then\n\\begin{align}\na &= b \\label{one}\\\\\nc &= d \\nonumber\n\\end{align}\n\n$$\\begin{equation}e = \\undefinedmacro{f}\\end{equation}$$\n\n$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt\\pi}{2}$$\n\n\\begin{eqnarray*}x &=& y\\end{eqnarray*}"),
        md("$$" + " + ".join(f"\\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(60)) + " = 0$$\n\n$\\mathbb{R}$ $\\mathcal{L}$ $\\text{words in it}$ $\\begin{pmatrix}1 & 2\\\\3 & 4\\end{pmatrix}$ $\\bad{$ $\\unknown$ $\\ce{H2O}$ $\\hbox{box}$ $🎉$ $\\tag{1}$ $%$ $$ $$"),
        code("f", outputs=[shown(latex="$\\displaystyle \\frac{1}{2}$", plain="1/2"), shown(latex="\\begin{tabular}{ll}a & b\\end{tabular}"), shown(md="**strong** $z$ and [^x]")]),
    ],
    "wide and long tables": [
        code("frame", outputs=[shown(html=frame(4, n), plain="a frame") for n in (3, 9, 14, 24, 60)]),
        code("long", outputs=[shown(html=frame(300, 6))]),
        code("words", outputs=[shown(html=frame(5, 12, words=True)), shown(html=MULTI)]),
        code("odd", outputs=[shown(html="<table></table>"), shown(html="<table><tr></tr></table>"), shown(html="<table><tr><td>" + "unbreakable" * 30 + "</td><td>1</td></tr></table>"), shown(html=f"<table><caption>A caption</caption><tr><td>outer</td><td>{MULTI}</td></tr></table>")]),
        md("| a | b |\n|---|--:|\n| `x|y` | 1 |\n| **s** | -2 |\n\n|" + "col|" * 30 + "\n|" + "---|" * 30 + "\n|" + "val|" * 30),
    ],
    "code that is long": [
        code("\n".join(f"value_{n} = 'a line of code that is long'  # {'x' * 90}" for n in range(90))),
        code("token = '" + "a1B2" * 120 + "'\n\tindented by a tab\n" + "=" * 300, execution_count=12, outputs=[said("=" * 400 + "\n" + "word " * 80 + "\n")]),
        md("```\n" + "z" * 250 + "\n```\n\nInline `" + "q" * 150 + "` code and a word " + "w" * 200),
        code("", execution_count=3), code("   \n"), code("long output", outputs=[said("\n".join(f"line {n}" for n in range(1500)))]),
    ],
    "errors and colours": [
        code("1/0", execution_count=1, outputs=[said("to stderr: careful\n", "stderr"), said("\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m\n"), said("50%\r100%\rdone\n"), new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=["\x1b[0;31m---------------------------------------------------------------------------\x1b[0m", "\x1b[0;31mZeroDivisionError\x1b[0m: division by zero ```"])]),
        code("raise", outputs=[new_output("error", ename="E", evalue="no traceback", traceback=[])]),
        code("control", outputs=[said("nul \x00 bell \x07 \ud800 half\n"), said("windows\r\nlines\r\n")]),
    ],
    "pictures": [
        md("![attached](attachment:a.png) between ![none](attachment:gone.png) and ![far](https://example.org/x.png)\n\n<img src='attachment:a.png' width='50%'> <img src='data:image/png;base64," + picture(60, 30) + "' width=30 alt='in the address'>\n\n| ![in a table](attachment:a.png) | b |\n|---|---|\n| 1 | 2 |", attachments={"a.png": {"image/png": picture(300, 60)}}),
        code("plot()", outputs=[shown(png=picture(1400, 900), plain="<Figure size 1400x900>"), shown(png=picture(20, 4000)), shown(jpeg=picture(9, 9, "jpeg")), shown(png="no picture"), shown(png=picture(30, 30)[:60])]),
        code("draw()", outputs=[shown(svg=DRAWN), shown(svg='<svg width="9" height="9"><g id="a"/><g id="a"/></svg>'), shown(svg="<svg><not closed>"), shown(svg='<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>a()</script><use xlink:href="#a"/></svg>'), shown(svg="<svg><foreignObject>words</foreignObject></svg>"), shown(html=f"<div>Inline {DRAWN} drawing</div>")]),
    ],
    "outputs that need a browser": [
        code("fig", outputs=[shown(plotly={"data": []}, html="<div><script>Plotly</script></div>"), shown(plotly={}, png=picture(30, 20)), shown(vega={}, plain="alt.Chart(...)")]),
        code("widget", outputs=[shown(widget={"model_id": "1"}, plain="IntSlider(value=7, description='speed')"), shown(widget={"model_id": "2"}), shown(js="alert(1)"), shown(json={"a": 1}, plain="<IPython.core.display.JSON object>")]),
        code("html", outputs=[shown(html="<h3>Report of it</h3><p>plain words</p>"), shown(html="<script>only()</script>", plain="what it is"), shown(html=["<i>list ", "of lines</i>"]), new_output("display_data", {})]),
    ],
    "cells that are hidden": [
        code("secret = 'token'", metadata={"tags": ["remove-cell"]}, outputs=[said("gone with it")]),
        code("hidden_source = 1", metadata={"tags": ["remove-input"]}, outputs=[said("output stays")]),
        code("source_stays = 1", metadata={"tags": ["remove-output"]}, outputs=[said("output goes")]),
        code("folded_source = 1", metadata={"jupyter": {"source_hidden": True}}, outputs=[said("shown output")]),
        code("shown_source = 1", metadata={"jupyter": {"outputs_hidden": True}}, outputs=[said("folded output")]),
        md("Folded words", metadata={"tags": ["hide-cell"]}), code("parameter = 1", metadata={"tags": ["parameters"]}),
    ],
    "raw cells and odd metadata": [
        raw("raw <b>words</b>", metadata={"format": "text/html"}), raw("plain raw"), raw(""),
        md(""), md("   "), md("{{x}} @somebody [@key] ::: {when=\"a\"}\n\n@fig-none #5 $PATH {.class} \\# [link]: not\n\n---\n\n***\n\n1) one\n2) two\n\n- - dash"),
        code("x", metadata={"tags": ["anything"], "collapsed": True}, outputs=[new_output("execute_result", {"text/plain": ["a list", " of strings"]}, execution_count=4)]),
    ],
    "right to left": [
        md("# دفتر ملاحظات\n\nهذا نص عربي طويل مع **كلمات** و `code` و رابط [هنا](https://example.org).\n\n## כותרת\n\nשלום עולם 123 abc\n\n| عمود | ثان |\n|---|---|\n| ١ | 2 |"),
        code("print('مرحبا')", outputs=[said("مرحبا\n")]),
    ],
    "East Asian": [
        md("# 关税与贸易\n\n这是一段没有空格的中文文字，用来检验换行。这是一段没有空格的中文文字，用来检验换行。这是一段没有空格的中文文字，用来检验换行。\n\nかな カナ 漢字"),
        code("表 = {'列': 1}  # 注释", outputs=[said("输出\n"), shown(html="<table><tr><th>列一</th><th>列二</th></tr><tr><td>很长的一个单元格，里面有很多文字，需要换行才能放下所有的内容，否则就会超出页面的宽度</td><td>1</td></tr></table>")]),
    ],
    "nothing": [],
    "text that looks like markup": [
        md("- none\n\n1. May\n\n#hash *star_ under_score $5 @at <less> ~tilde~ `tick` = eq + plus / slash // two /* three */ \"q\" 'q' -- --- ... \\n #let x = 1 #[x] <label>\n\n= typst heading\n\n/ term: x"),
        code("#let x = 1\n$ math $ \\ \" ` ``` ````", outputs=[said("#panic() ``` \\"), shown(html="<p>#panic(\"x\") <span>[brackets]</span> </p><pre>pre\n  formed</pre>")]),
    ],
}  # fmt: skip
BARE = ("nothing", "right to left")  # without a language


def notebooks() -> dict[str, NotebookNode]:
    """The notebooks by their names."""
    language = {"language_info": {"name": "python"}}
    return {
        name: new_notebook(cells=cells, metadata={} if name in BARE else language)
        for name, cells in CELLS.items()
    }
