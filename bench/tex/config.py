"""What nbconvert lacks to print, by TeX, a notebook with drawings: a program that turns SVG to PDF.

Its own choice is inkscape; rsvg-convert, where it is installed, does the same in less time.
"""

import shutil

config = get_config()  # noqa: F821  (nbconvert gives it)
if converter := shutil.which("rsvg-convert"):
    config.SVG2PDFPreprocessor.command = [
        converter, "--format=pdf", "--output={to_filename}", "{from_filename}"
    ]  # fmt: skip
    # neither is used, but both are looked for
    config.SVG2PDFPreprocessor.inkscape = converter
    config.SVG2PDFPreprocessor.inkscape_version = "1"
