"""A leaflet with everything that a leaflet may hold, written by hand for the tests of the engine."""

from __future__ import annotations

from pathlib import Path

from leaflets.html import Html

HERE = Path(__file__).parent
STYLE = HERE / "sheet.css"
IDENTITY = "clonazepam-sertraline source 3f2a9c1d build 0a1b2c3d4e5f"

_ICON = (
    '<svg class="icon" viewBox="0 0 24 24" {}><path d="M12 2 2 22h20z" fill="#444"/><text x="8" y="20">!</text></svg>'
)
_PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

_BODY = """
<p class="kicker">Information for patients</p>
<header class="top">
  <div>
    <h1>Clonazepam + sertraline</h1>
    <p>For <em>panic disorder</em> with <strong><em>low mood</em></strong>.</p>
    <p class="strip">Draft – not reviewed by a pharmacist · clonazepam-sertraline, source 3f2a9c1d</p>
  </div>
  <div class="label">Place the pharmacy label here</div>
</header>
<section aria-label="Most important">
  <h2>{hidden} The most important things</h2>
  <div class="cards">
    <div class="card">{hidden}<h3>Do not stop suddenly</h3>Ask first: <u>do not</u> stop by yourself.</div>
    <div class="card">{titled}<h3>Do not drink alcohol</h3>
      <p>Not even a little ≥ <span class="q">10 mL</span>.</p></div>
  </div>
</section>
<section class="columns">
  <h2 id="dose">How much to take</h2>
  <p>Take <span class="q">0.25 mg</span> to 4 mg/day. See <a href="#effects">side effects</a> or
    <a href="https://example.org/a" title="Help line of the hospital">call the help line</a>.
    <abbr title="cytochrome P450 3A4">CYP3A4</abbr> matters. <span lang="la">Per os</span>, twice a day.
    {long}</p>
  <ul>
    <li>First thing with <b>bold</b> and a long explanation that certainly runs over more than a single line here
      <ul><li>Inner one</li><li>Inner two<ol type="a"><li>Deep</li></ol></li></ul></li>
    <li><p>Paragraph in an item.</p><p>And another one.</p></li>
  </ul>
  <ol><li>Swallow it</li><li>Drink water</li><li>Wait {long}</li></ol>
  <h3>Words</h3>
  <dl><dt>Dizziness</dt><dd>The room turns.</dd><dt>Nausea</dt><dd>You feel sick.</dd><dd>You may vomit.</dd></dl>
</section>
<section>
  <h2 id="effects">Side effects</h2>
  <table>
    <caption>How often they occur</caption>
    <thead><tr><th scope="col">Effect</th><th scope="col" colspan="2">How often, and what to do</th></tr></thead>
    <tbody>{rows}<tr><th scope="row" rowspan="2">Rash</th><td>Rare</td><td></td></tr>
      <tr><td>Stop</td><td>Call ☐ ✓ → ⚠</td></tr></tbody>
  </table>
  <img src="{png}" alt="A red square" style="width: 10mm">
  <img src="{png}" alt="" style="width: 4mm">
  <blockquote><p>“Take with food.”</p></blockquote>
  Bare text in a section, <i>with style</i>.
  <p aria-hidden="true">◆ ◆ ◆</p>
  <p lang="de">Benzodiazepinrezeptorantagonisten und Arzneimittelwechselwirkungen: 2,5 mg täglich. {german}</p>
  <p lang="ar" dir="rtl">خذ <span class="q" dir="ltr">0.25 mg</span> كل يوم</p>
  <p lang="hi">दिन में एक बार</p>
  <p lang="th">วันละครั้ง</p>
  <p lang="zh-Hans">每天一次，饭后服用</p>
</section>
"""


def sheet(paper: str = "a4", *, rows: int = 40, style: Path = STYLE, body: str | None = None, css: str = "") -> Html:
    """The test page; ``body`` replaces its content, ``css`` is added to its head."""
    filled = _BODY.format(
        hidden=_ICON.format('aria-hidden="true"'),
        titled=_ICON.format('aria-label="No alcohol"'),
        png=_PNG,
        long="A sentence that is long enough to fill some lines of a narrow column, again and again. " * 3,
        german="Nebenwirkungen Wechselwirkungen Gegenanzeigen Überempfindlichkeitsreaktionen " * 3,
        rows="".join(
            f'<tr><th scope="row">Effect {row}</th><td>{row} of 100</td><td>Tell your pharmacist.</td></tr>'
            for row in range(rows)
        ),
    )
    size = "@page { size: letter }" if paper == "letter" else ""
    text = (
        '<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Clonazepam + sertraline</title>'
        f"<style>{size}{css}</style></head><body>{filled if body is None else body}</body></html>"
    )
    return Html(text, (style,), (HERE,), "en-US", "Clonazepam + sertraline – patient")
