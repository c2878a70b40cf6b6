#!/usr/bin/env python3
"""Makes sample.csv from selection.txt and the two public data sets it names goods of.

    make_sample.py CATALOGUE.csv[.xz] OPEN_PRICES.csv[.xz] [-o sample.csv]

Deterministic: the same input gives the same bytes. Every chosen barcode must stand in the data with a right check
digit, and its tidied name must share a word with what the data calls it, so that no product is made up.
Python 3 standard library only.
"""
import argparse
import csv
import hashlib
import io
import lzma
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["sku", "name", "brand", "quantity_text", "category", "barcodes", "price_minor", "currency",
           "tax_rate_bp", "on_hand", "picture", "favourite"]
NAME_LENGTH_MAX = 40


def rows_of(path, barcode_column):
    opened = lzma.open(path, "rb") if str(path).endswith(".xz") else open(path, "rb")
    with opened as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        for row in csv.DictReader(text):
            yield row[barcode_column], row


def products_of(path):
    """One record a barcode; where a code has several rows (prices seen in several shops) their names are joined."""
    products = {}
    for barcode, row in rows_of(path, "barcode"):
        row["names"] = row.get("name") or row.get("product_name") or ""
        first = products.setdefault(barcode, row)
        if first is not row:
            first["names"] += " " + row["names"]
            first["quantity"] = first["quantity"] or row["quantity"]
    return products


def check_digit_is_right(code):
    digits = [int(c) for c in code]
    total = sum(d * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == digits[-1]


def words(text):
    plain = unicodedata.normalize("NFKD", text.replace("&quot;", " ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return {w for w in re.split(r"[^a-z0-9]+", plain) if w}


def tidy_quantity(text):
    """'18 oz (510g)' and '510 g/18 oz' become '510 g'; units get one space and lower case."""
    text = text.strip().replace("℮", "").replace("×", "x")
    metric = re.search(r"(?:(\d+)\s*[x*]\s*)?(\d+(?:[.,] ?\d+)?)\s*"
                       r"(kilo|kg|gramm?|gr|g|ml|cl|lit[re]{2}s?|litri|litro|l|lt)\b",
                       text, re.IGNORECASE)
    if metric:
        count, number, unit = metric.groups()
        unit = unit.lower()
        unit = "kg" if unit == "kilo" else unit[0] if unit[0] in "gl" else unit
        number = number.replace(",", ".").replace(" ", "")
        if "." in number:
            number = number.rstrip("0").rstrip(".")
        if unit in ("g", "ml") and number.isdigit() and int(number) >= 1000 and int(number) % 100 == 0:
            number = f"{int(number) / 1000:g}"
            unit = "kg" if unit == "g" else "l"
        return f"{count} x {number} {unit}" if count else f"{number} {unit}"
    pieces = re.search(r"^(\d+)\s*(?:uova|pcs|stuks?|pices?|capsul\w*|bags|tea bags|cups|pannenkoeken)?$", text,
                       re.IGNORECASE)
    if pieces:
        return f"{pieces.group(1)} pcs" if int(pieces.group(1)) > 1 else ""
    imperial = re.search(r"(\d+(?:[.,]\d+)?)\s*(fl\.? ?oz|oz|lbs?)\b", text, re.IGNORECASE)
    if imperial:
        return f"{imperial.group(1).replace(',', '.')} {imperial.group(2).lower().replace('.', '')}"
    counted = re.search(r"(\d+)\s+(capsules|tea bags|bags|stuks|sachets)\b", text, re.IGNORECASE)
    return f"{counted.group(1)} pcs" if counted else ""


def stock_for(barcode):
    """Mostly 20 to 200, from the barcode, so that a rebuilt sample has the same shelves."""
    return 20 + int(hashlib.sha256(barcode.encode()).hexdigest()[:8], 16) % 37 * 5


def read_selection(path):
    category = prefix = tax = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            category, prefix, tax = (part.strip() for part in line[1:-1].split("|"))
            continue
        parts = [part.strip() for part in line.split("|")]
        parts += [""] * (8 - len(parts))
        yield number, category, prefix, tax, parts


def build(selection, catalogue, prices, pictures):
    seen_names, seen_codes, counters, faults, rows = set(), set(), {}, [], []
    for number, category, prefix, category_tax, parts in selection:
        codes, name, brand, price, picture, stock, favourite, tax = parts
        barcode = codes.split(";")[0]
        source = catalogue.get(barcode) or prices.get(barcode)
        where = f"selection.txt:{number}: {barcode} {name}"
        if source is None:
            faults.append(f"{where}: not in the data")
            continue
        known = words(" ".join(source.get(k) or "" for k in ("names", "generic_name", "brand")))
        if not words(name) & known:
            faults.append(f"{where}: shares no word with {source['names']!r}")
        for code in codes.split(";"):
            if not check_digit_is_right(code) or code in seen_codes or code not in catalogue and code not in prices:
                faults.append(f"{where}: {code} has a wrong check digit, stands twice or is not in the data")
            seen_codes.add(code)
        if len(name) > NAME_LENGTH_MAX or name.casefold() in seen_names:
            faults.append(f"{where}: name too long or twice")
        if picture not in pictures:
            faults.append(f"{where}: no picture {picture}")
        seen_names.add(name.casefold())
        counters[prefix] = counters.get(prefix, 0) + 1
        quantity = tidy_quantity(source.get("quantity") or "") or tidy_quantity(source["names"])
        rows.append([f"{prefix}-{counters[prefix]:03d}", name, brand or source["brand"].split(",")[0].strip(),
                     quantity, category, codes, price, "EUR",
                     tax or category_tax, stock or stock_for(barcode), picture, favourite or 0])
    return rows, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("catalogue")
    parser.add_argument("open_prices")
    parser.add_argument("-o", "--output", default=str(HERE / "sample.csv"))
    options = parser.parse_args()
    pictures = {p.stem for p in (HERE.parent / "pictures").glob("*.svg")}
    rows, faults = build(read_selection(HERE / "selection.txt"), products_of(options.catalogue),
                         products_of(options.open_prices), pictures)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    with open(options.output, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{len(rows)} products written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
