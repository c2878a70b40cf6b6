#!/usr/bin/env python3
"""Makes "Inter Tabular" from Inter: the same letters, with tabular figures as the only ones.

    make_figures.py Inter-Regular.otf Inter-SemiBold.otf        (needs Debian's python3-fonttools)

Qt before 6.7 cannot switch an OpenType feature on, so the feature `tnum` is baked into a small subset that
money and counts are set in. The Open Font License allows this; Inter declares no reserved font name.
"""
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Inter Tabular"
# Latin letters and signs, dashes and quotes, currency signs, minus, multiplication, arrows.
UNICODES = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027), 0x202F, 0x2009, 0x2032, 0x2033,
            *range(0x20A0, 0x20C1), 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265]


def bake_tabular_figures(font):
    """Points the character map at the glyphs that `tnum` would substitute."""
    gsub = font["GSUB"].table
    wanted = {i for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
              for i in record.Feature.LookupListIndex}
    swap = {}
    for index in wanted:
        for table in gsub.LookupList.Lookup[index].SubTable:
            swap.update(getattr(getattr(table, "ExtSubTable", table), "mapping", {}))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = {code: swap.get(glyph, glyph) for code, glyph in table.cmap.items()}


def rename(font, style):
    names = {1: f"{FAMILY} {style}" if style != "Regular" else FAMILY, 2: "Regular", 4: f"{FAMILY} {style}",
             6: f"InterTabular-{style}", 16: FAMILY, 17: style}
    for identifier, text in names.items():
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font["name"].names = [n for n in font["name"].names if n.platformID == 3]
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames[0] = names[6]
        top.topDictIndex[0].FullName = names[4]
        top.topDictIndex[0].FamilyName = FAMILY


def main(paths):
    for path in map(pathlib.Path, paths):
        font = TTFont(path)
        bake_tabular_figures(font)
        options = subset.Options()
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "case"]
        options.name_IDs = ["*"]
        tool = subset.Subsetter(options)
        tool.populate(unicodes=UNICODES)
        tool.subset(font)
        rename(font, path.stem.split("-")[1])
        font.save(path.with_name(path.name.replace("Inter-", "InterTabular-")))


if __name__ == "__main__":
    main(sys.argv[1:])
