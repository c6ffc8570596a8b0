"""What a PDF says about itself: XMP that claims PDF/A-3a and PDF/UA-1 in one file, and the Info dictionary.

PDF/A wants every property of a foreign vocabulary described in the file, so PDF/UA's and ours are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from leaflets.pdf.attachments import UNSEALED

NAMESPACE = "urn:leaflets:pdf:1#"
"""Of our own XMP property, ``identity``."""

_SCHEMA = """<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{title}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>"""

_SEAL_PROPERTY = """<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>seal</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>SHA-256 of the file with this value zeroed</pdfaProperty:description>
</rdf:li>"""

_SCHEMAS = "\n".join(
    (
        _SCHEMA.format(
            title="PDF/UA identification",
            uri="http://www.aiim.org/pdfua/ns/id/",
            prefix="pdfuaid",
            name="part",
            kind="Integer",
            description="Part of ISO 14289 that the file conforms to",
        ),
        _SCHEMA.format(
            title="Leaflet identity",
            uri=NAMESPACE,
            prefix="leaflets",
            name="identity",
            kind="Text",
            description="What the leaflet was made from",
        ).replace("</rdf:Seq>", _SEAL_PROPERTY + "</rdf:Seq>"),
    )
)

_RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:leaflets="{namespace}">
<leaflets:identity>{identity}</leaflets:identity>
<leaflets:seal>{seal}</leaflets:seal>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag>
{schemas}
</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""

# XML 1.0 has no place for them, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said of one PDF. No dates: the same leaflet has the same bytes on any day."""

    title: str
    lang: str
    producer: str
    identity: str

    def rdf(self) -> bytes:
        """The content of the XMP packet."""
        return _RDF.format(
            title=_xml(self.title),
            lang=_xml(self.lang),
            producer=_xml(self.producer),
            identity=_xml(self.identity),
            namespace=NAMESPACE,
            seal=UNSEALED,
            schemas=_SCHEMAS,
        ).encode()


def _xml(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))
