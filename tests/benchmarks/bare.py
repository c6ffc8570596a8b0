"""A bare loop of WeasyPrint, in a process of its own: reads pairs of an HTML file and its style sheets as JSON lines.

Prints the CPU seconds of each document. Nothing of ours is loaded, so none of our tuning can rub off on it.
"""

import json
import sys
import time

from weasyprint import CSS, HTML  # type: ignore[import-untyped,unused-ignore]

for line in sys.stdin:
    order = json.loads(line)
    started = time.process_time()
    sheets = [CSS(filename=path) for path in order["styles"]]
    HTML(filename=order["html"]).write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")
    print(time.process_time() - started, flush=True)
