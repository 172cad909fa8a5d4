"""PDFs that are not as they were printed: one of each kind of change, drawn at random."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pikepdf
from pikepdf import Pdf

from notepress.hashes import sha256
from notepress.print.attachments import MANIFEST

Change = Callable[[bytes, Random], bytes]


def by(how: Callable[[Pdf, Random], None]) -> Change:
    """A change by pikepdf, saved again as the report is."""

    def changed(pdf: bytes, random: Random) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            how(opened, random)
            packed = pikepdf.ObjectStreamMode.generate
            opened.save(out, object_stream_mode=packed, deterministic_id=True)
        return out.getvalue()

    return changed


def page_out(pdf: Pdf, random: Random) -> None:
    del pdf.pages[random.randrange(len(pdf.pages))]


def pages_swapped(pdf: Pdf, random: Random) -> None:
    one, two = random.sample(range(len(pdf.pages)), 2)
    pdf.pages[one], pdf.pages[two] = pdf.pages[two], pdf.pages[one]


def page_emptied(pdf: Pdf, random: Random) -> None:
    random.choice(list(pdf.pages)).Contents = pdf.make_stream(b"")


def attachment_changed(pdf: Pdf, random: Random) -> None:
    name = random.choice(sorted(pdf.attachments))
    content = bytearray(pdf.attachments[name].get_file().read_bytes())
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    pdf.attachments[name] = bytes(content)


def attachment_out(pdf: Pdf, random: Random) -> None:
    del pdf.attachments[random.choice(sorted(pdf.attachments))]


def attachment_added(pdf: Pdf, random: Random) -> None:
    pdf.attachments[f"raw/note-{random.randrange(1000)}.csv"] = b"a,b\n1,2\n"


def attachment_twice(pdf: Pdf, random: Random) -> None:
    """One of another content comes first, then that of the record."""
    name = random.choice(sorted({*pdf.attachments} - {MANIFEST}))
    names, spec = pdf.Root.Names.EmbeddedFiles.Names, pdf.attachments[name].obj
    again = pdf.make_indirect(pikepdf.Dictionary(spec))
    again.EF = pikepdf.Dictionary(spec.EF)
    spec.EF.F = spec.EF.UF = other(pdf)
    names.extend([pikepdf.String(name), again])
    pdf.Root.AF.append(again)


def attachment_of_two_files(pdf: Pdf, random: Random) -> None:
    """Some readers take the one, some the other."""
    pdf.attachments[random.choice(sorted(pdf.attachments))].obj.EF.UF = other(pdf)


def attachment_of_two_names(pdf: Pdf, random: Random) -> None:
    pdf.attachments[random.choice(sorted(pdf.attachments))].obj.UF = pikepdf.String("b.csv")


def other(pdf: Pdf) -> pikepdf.Object:
    return pdf.make_stream(b"id,value\n", Type=pikepdf.Name.EmbeddedFile)


def verdict_turned(pdf: Pdf, random: Random) -> None:
    """A verdict is another one, and the record of the attachments is made to match."""
    content = pdf.attachments["verdicts.csv"].get_file().read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    row = random.choice(rows)
    row["verdict"] = "contradicted" if row["verdict"] == "supported" else "supported"
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, [*row], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    said = lines.getvalue().encode()
    record = json.loads(pdf.attachments[MANIFEST].get_file().read_bytes())
    record["attached"]["verdicts.csv"] = sha256(said)
    pdf.attachments["verdicts.csv"] = said
    pdf.attachments[MANIFEST] = json.dumps(record).encode()


def saved_again(**how: Any) -> Change:
    """A change of nothing that is read: other programs save in other ways."""

    def changed(pdf: bytes, random: Random) -> bytes:
        del random
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.save(out, **how)
        return out.getvalue()

    return changed


def cut(pdf: bytes, random: Random) -> bytes:
    return pdf[: random.randrange(len(pdf))]


def appended(pdf: bytes, random: Random) -> bytes:
    return pdf + random.choice([b"\n", b"%%EOF\n", random.randbytes(100), pdf])


def flipped(pdf: bytes, random: Random) -> bytes:
    place = random.randrange(len(pdf))
    return pdf[:place] + bytes([pdf[place] ^ 1 << random.randrange(8)]) + pdf[place + 1 :]


def table_at(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") :].split()[1])


def updated(pdf: bytes, random: Random) -> bytes:
    """An object in an update behind the end, as programs that edit a PDF leave it."""
    number, root = random.randrange(10_000, 20_000), re.findall(rb"/Root \d+ 0 R", pdf)[-1]
    added = b"%d 0 obj\n<< /Type /Filespec >>\nendobj\n" % number
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer << /Size %d %s /Prev %d >>\n" % (
        *(number, len(pdf), number + 1, root, table_at(pdf)),
    )
    return pdf + added + table + b"startxref\n%d\n%%%%EOF\n" % (len(pdf) + len(added))


def orphans_behind(pdf: bytes, random: Random) -> bytes:
    """Other attachments for PDF readers, and those as they were for whoever reads any object."""
    changed = by(verdict_turned)(pdf, random)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        packed = opened.attachments["verdicts.csv"].get_file().obj.read_raw_bytes()
    head = b"90002 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    spec = b"90001 0 obj\n<< /Type /Filespec /F (verdicts.csv) /EF << /F 90002 0 R >> >>\nendobj\n"
    end = b"startxref\n%d\n%%%%EOF\n" % table_at(changed)
    return changed + spec + head + packed + b"\nendstream\nendobj\n" + end


def orphan_within(pdf: bytes, random: Random) -> bytes:
    """An object that the table does not have, between the others and the table."""
    start, added = table_at(pdf), b"%d 0 obj\nnull\nendobj\n" % random.randrange(1, 20_000)
    end = b"startxref\n%d\n%%%%EOF\n" % (start + len(added))
    return pdf[:start] + added + pdf[start : pdf.rindex(b"startxref")] + end


def orphan_listed(pdf: bytes, random: Random) -> bytes:
    """An object that the table has, and nothing leads to."""
    plain = saved_again(object_stream_mode=pikepdf.ObjectStreamMode.disable)(pdf, random)
    start = table_at(plain)
    size = int(plain[start:].split(maxsplit=3)[2])
    added = b"%d 0 obj\n<< /Type /Filespec /F (verdicts.csv) >>\nendobj\n" % size
    table = plain[start : plain.rindex(b"startxref")]
    table = table.replace(b"xref\n0 %d\n" % size, b"xref\n0 %d\n" % (size + 1))
    table = table.replace(b"/Size %d" % size, b"/Size %d" % (size + 1))
    table = table.replace(b"trailer", b"%010d 00000 n \ntrailer" % start)
    return plain[:start] + added + table + b"startxref\n%d\n%%%%EOF\n" % (start + len(added))


KINDS: Mapping[str, Change] = {
    **{how.__name__: by(how) for how in (page_out, pages_swapped, page_emptied)},
    **{how.__name__: by(how) for how in (attachment_changed, attachment_out, attachment_added)},
    **{how.__name__: by(how) for how in (attachment_twice, attachment_of_two_files)},
    **{how.__name__: by(how) for how in (attachment_of_two_names, verdict_turned)},
    **{how.__name__: how for how in (cut, appended, flipped, updated)},
    **{how.__name__: how for how in (orphans_behind, orphan_within, orphan_listed)},
    "saved again": saved_again(),
    "saved again for the web": saved_again(linearize=True),
    "saved again, plain": saved_again(compress_streams=False, qdf=True),
}
