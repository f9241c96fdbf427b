"""Files of numbers as programs write them, and what NumPy and pandas read in them: writes files.json.

Every file that is to be read has its values from NumPy or pandas, given its options by hand (separator, decimal sign, header), never from the writer alone;
both must agree. Every file that is to be refused has a part of the reason. Run: python3 files.py
"""

import gzip
import io
import json
import pathlib
import zipfile

import numpy as np
import pandas as pd

NUMBERS = np.array([[0.5, -1.25, 3.0], [1e-3, 2.5e10, -7.0], [0.125, 4.0, 1 / 3]])
COUNTS = np.array([[5, 0, 255], [1, 7, 12]])
files = []


def read(name, content, values, header="auto", note=None):
    values = np.asarray(values, dtype=float)
    values = values.reshape(-1, 1) if values.ndim == 1 else values
    entry = dict(name=name, hex=content.hex(), header=header, rows=values.shape[0], columns=values.shape[1],
                 values=[float(x) for x in values.ravel()])
    files.append(entry | ({"note": note} if note else {}))


def refused(name, content, reason, header="auto"):
    content = content.encode() if isinstance(content, str) else content
    files.append(dict(name=name, hex=content.hex(), header=header, refused=reason))


def frame(content, **options):
    return pd.read_csv(io.BytesIO(content), **({"header": None} | options)).to_numpy()


def text(name, content, expected, note=None, ours="auto", **options):
    """A text that pandas reads with these options; `expected` is what was meant."""
    content = content.encode() if isinstance(content, str) else content
    values = frame(content, **options)
    assert np.array_equal(values, expected), (name, values)
    read(name, content, values, ours, note)


def written(array, **options):
    return pd.DataFrame(array).to_csv(index=False, **({"header": False} | options))


plain = written(NUMBERS)
named = written(pd.DataFrame(NUMBERS, columns=["a", "b", "c"]), header=True)
HEADER = "first line taken as header"

# Read: lines and cells.
text("plain.csv", plain, NUMBERS)
text("named.csv", named, NUMBERS, HEADER, header=0)
text("crlf.csv", plain.replace("\n", "\r\n"), NUMBERS)
text("cr.csv", plain.replace("\n", "\r"), NUMBERS)
text("open.csv", plain.rstrip("\n"), NUMBERS)
text("blank.csv", "\n" + plain.replace("\n", "\n\n") + "  \n", NUMBERS, skip_blank_lines=True, skipinitialspace=True,
     nrows=3)
text("padded.csv", plain.replace(",", " , "), NUMBERS)
text("quoted.csv", pd.DataFrame(NUMBERS).map(repr).to_csv(index=False, header=False, quoting=1), NUMBERS)
text("comma_in_name.csv", '"a, b", "c ""d""",e\n' + plain, NUMBERS, HEADER, header=0, skipinitialspace=True)
text("signs.csv", "+1.5e-3,-.5,2.\n1E5,007,-0\n", [[1.5e-3, -0.5, 2], [1e5, 7, 0]])
text("large.csv", "1e22,123456789012345678\n4.9e-324,1.7976931348623157e308\n",
     [[1e22, 123456789012345678], [5e-324, 1.7976931348623157e308]])
text("column.csv", "1.5\n2.5\n-3\n", [[1.5], [2.5], [-3]])
text("row.csv", "1.5,2.5,-3\n", [[1.5, 2.5, -3]])
text("counting_row.csv", "0,1,2\n", [[0, 1, 2]])
text("one_row.csv", "a,b\n1,2\n", [[1, 2]], HEADER, header=0)
# Read: separators and decimal signs.
text("semicolon.csv", written(NUMBERS, sep=";"), NUMBERS, sep=";")
text("semicolon_named.csv", written(NUMBERS, sep=";", header=["a", "b", "c"]), NUMBERS, HEADER, sep=";", header=0)
text("tab.tsv", written(NUMBERS, sep="\t"), NUMBERS, sep="\t")
text("tab_named.txt", written(NUMBERS, sep="\t", header=["a", "b c", "d"]), NUMBERS, HEADER, sep="\t", header=0)
text("decimal_comma.csv", written(NUMBERS, sep=";", decimal=","), NUMBERS, sep=";", decimal=",")
text("decimal_comma.tsv", written(NUMBERS, sep="\t", decimal=","), NUMBERS, sep="\t", decimal=",")
text("decimal_comma.txt", written(NUMBERS, sep=" ", decimal=","), NUMBERS, sep=" ", decimal=",")
buffer = io.StringIO()
np.savetxt(buffer, NUMBERS, header="a b c")
content = buffer.getvalue()
assert np.array_equal(np.loadtxt(io.StringIO(content)), NUMBERS)
read("savetxt.txt", content.encode(), np.loadtxt(io.StringIO(content)), note="1 comment line")
content = "  1.5   2.5\n-10.25 3\n"
read("aligned.txt", content.encode(), np.loadtxt(io.StringIO(content)))
content = "# first\n1,2\n# between\n3,4\n#\n"
read("comments.csv", content.encode(), np.loadtxt(io.StringIO(content), delimiter=","), note="3 comment lines")
text("write_table.txt", '"a" "b"\n0.5 1\n-2 3\n', [[0.5, 1], [-2, 3]], HEADER, sep=" ", header=0)
# Read: encodings and packing.
text("bom.csv", b"\xef\xbb\xbf" + plain.encode(), NUMBERS)
text("utf16.csv", plain.encode("utf-16"), NUMBERS, encoding="utf-16")
text("utf16_be.csv", b"\xfe\xff" + named.encode("utf-16-be"), NUMBERS, HEADER, encoding="utf-16", header=0)
text("umlaut.csv", "größe,b,c\n" + plain, NUMBERS, HEADER, header=0)
text("UPPER.CSV", plain, NUMBERS)
text("packed.csv.gz", gzip.compress(plain.encode(), mtime=0), NUMBERS, compression="gzip")
text("PACKED.TXT.GZ", gzip.compress(written(NUMBERS, sep=" ").encode(), mtime=0), NUMBERS, compression="gzip", sep=" ")
text("packed_under_another_name.csv", gzip.compress(plain.encode(), mtime=0), NUMBERS, compression="gzip")
half = plain.index("\n") + 3
text("two_members.csv.gz", gzip.compress(plain[:half].encode(), mtime=0) + gzip.compress(plain[half:].encode(), mtime=0),
     NUMBERS, compression="gzip")
# Read: headers that are said, or asked for.
text("pixels.csv", "label,1x1,1x2\n5,0,255\n1,7,12\n", COUNTS, "'label'", header=0)
text("index_named.csv", "index,a\n3,4\n5,6\n", [[3, 4], [5, 6]], "column 1 is called 'index'", header=0)
text("target_last.csv", "a,Target\n3,4\n5,6\n", [[3, 4], [5, 6]], "column 2 is called 'Target'", header=0)
text("coordinates.csv", "x,y\n3,4\n5,6\n", [[3, 4], [5, 6]], HEADER, header=0)
text("from_one.csv", "1,2,3\n4,5,6\n", [[1, 2, 3], [4, 5, 6]], "taken as numbers")
text("pandas_asked.csv", written(NUMBERS, header=True), NUMBERS, ours="yes", header=0)
text("counting_asked.csv", "0,1\n1,0\n", [[0, 1], [1, 0]], ours="no")
text("numerals_asked.csv", "2019,2020\n1,2\n3,4\n", [[1, 2], [3, 4]], ours="yes", header=0)
text("unnamed_data.csv", ",b\n5,1\n7,2\n", [[5, 1], [7, 2]], HEADER, header=0)

# Refused: a first line with one bad cell is no header. pandas takes each as names with header=0 and loses a point.
for name, line, reason in [
    ("empty_cell", "1,,3", "line 1, column 2: an empty cell"),
    ("trailing_comma", "1,2,", "line 1, column 3: an empty cell"),
    ("na", "NA,2,3", "line 1, column 1: 'NA' is not a number (a missing value?)"),
    ("question", "1,?,3", "line 1, column 2: '?'"),
    ("slash", "1,2,N/A", "line 1, column 3: 'N/A'"),
    ("dash", "1,-,3", "line 1, column 2: '-'"),
    ("fortran", "1.5D+00,2,3", "line 1, column 1: '1.5D+00'"),
    ("underscore", "1,1_000,3", "line 1, column 2: '1_000'"),
    ("gap", "1 000,2,3", "line 1, column 1: '1 000'"),
    ("quoted_comma", '"3,0",2,3', "line 1, column 1: '3,0' is not a number; a decimal comma is read where"),
    ("hexadecimal", "0x1p-1,2,3", "line 1, column 1: '0x1p-1'"),
    ("percent", "3%,2,3", "line 1, column 1: '3%'"),
    ("comment_behind", "1,2,3 # note", "line 1, column 3: '3 # note' is not a number; comments are lines"),
    ("true", "true,2,3", "line 1, column 1: 'true'"),
    ("full_width", "\uff11,2,3", "line 1, column 1: '\uff11'"),
    ("typographic", "\u22121,2,3", "line 1, column 1: '\u22121'"),
    ("all_missing", "NA,NA,NA", "line 1, column 1: 'NA'"),
    ("all_empty", ",,", "line 1, column 1: an empty cell"),
    ("all_numerals", "1_0,2_0,3_0", "line 1, column 1: '1_0'"),
]:
    refused(f"{name}.csv", f"{line}\n4,5,6\n7,8,1\n", reason)
    # The same on the second line, as ever.
    if not name.startswith("all_"):
        refused(f"second_{name}.csv", f"4,5,6\n{line}\n7,8,1\n", reason.replace("line 1", "line 2"))
# Refused: headers that may be numbers, indices that may be coordinates.
refused("pandas.csv", written(NUMBERS, header=True), "line 1 is 0, 1, 2: the names that pandas writes")
refused("pandas_index.csv", pd.DataFrame(NUMBERS).to_csv(), "pandas writes such a line with its index")
refused("index.csv", pd.DataFrame(NUMBERS, columns=["a", "b", "c"]).to_csv(), "column 1 has no name and counts the rows")
refused("unnamed.csv", "Unnamed: 0,a\n0,3\n1,5\n", "column 1 has no name and counts the rows")
refused("write_csv.csv", '"","a"\n"1",3.5\n"2",1.5\n', "column 1 has no name and counts the rows from 1 on")
refused("header_asked.csv", named, "line 1, column 1: 'a' is not a number", "no")
# Refused: numbers that are none, or lost.
refused("nan.csv", "1,2\n3,nan\n", "line 2, column 2: NaN")
refused("infinite.csv", "1,2\n-inf,3\n", "line 2, column 1: -inf")
refused("overflow.csv", "1,2\n3,1e400\n", "line 2, column 2: '1e400' is beyond the range of doubles")
refused("thousands.csv", "1,234;5,678\n2,345;6,789\n", "'1,234' is 1.234 with a decimal comma, 1234 if")
refused("two_separators.csv", "1;2\n3,4\n5,6\n", "line 2 has 2 numbers, the header in line 1 has 1 name (1;2)")
refused("bars.csv", "1|2\n3|4\n", "line 2, column 1: '3|4' is not a number; one of , ; tab or blanks")
refused("tabs_with_a_gap.tsv", "1\t\t3\n4\t\t6\n", "line 1, column 2: an empty cell")
refused("ragged.csv", "1,2\n3\n", "line 2 has 1 number, line 1 2 numbers")
refused("gap_in_a_column.csv", "1\n\n3\n", "line 2 is blank")
refused("open_quote.csv", '1,2\n3,"4\n', "line 2: a quote is not closed")
# Refused: what is no text, or no file of numbers.
refused("utf16_without_mark.csv", plain.encode("utf-16-le"), "line 1 contains bytes 0")
refused("latin1.csv", "größe,b\n1,2\n".encode("latin-1"), "line 1: byte 0xf6 is not UTF-8")
refused("empty.csv", "", "there are no points")
refused("only_header.csv", "a,b\n", "there are no points")
refused("cut.csv.gz", gzip.compress(plain.encode(), mtime=0)[:-12], "the file breaks off")
refused("not_packed.csv.gz", plain, "is not packed by gzip")
refused("points.dat", plain, "files of numbers end in .npy, .csv, .tsv or .txt")
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as z:
    z.writestr(zipfile.ZipInfo("xl/a.xml"), "<a/>")
refused("workbook.csv", archive.getvalue(), "a zip archive, as .npz and .xlsx are")
texts = len(files)


def saved(array, version=None):
    out = io.BytesIO()
    if version:
        np.lib.format.write_array(out, array, version=version)
    else:
        np.save(out, array)
    return out.getvalue()


def array(name, value, content=None, **more):
    """An array that NumPy loads."""
    content = saved(value) if content is None else content
    loaded = np.load(io.BytesIO(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content))
    assert np.array_equal(loaded, value) and loaded.dtype == value.dtype, name
    read(name, content, loaded, **more)


for code in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    array(f"float{code[0] == '>'}{code[1:]}.npy", NUMBERS.clip(-1000, 1000).astype(code))
for code in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    for order in "<>" if code[1] != "1" else "<":
        array(f"integer{order == '>'}{code}.npy", (COUNTS // 3 - 2 * (code[0] == "i")).astype(order + code))
array("boolean.npy", COUNTS > 5)
array("extreme_halves.npy", np.array([[65504, 2.0**-24], [-0.0, -2.0**-14]], dtype="f2"))
array("extreme_doubles.npy", np.array([[5e-324, -0.0], [1.7976931348623157e308, 1.0]]))
array("exact.npy", np.array([[2**53, -(2**62)], [2**53 + 2, 1]]))
array("fortran.npy", np.asfortranarray(NUMBERS))
array("fortran_wide.npy", np.asfortranarray(COUNTS.astype(">i2")))
array("slice.npy", np.arange(24.0).reshape(4, 6)[1:, ::2])
array("vector.npy", NUMBERS[0])
array("column.npy", NUMBERS[:, :1])
array("row.npy", NUMBERS[:1])
array("one.npy", np.array([[2.5]]))
for version in [(1, 0), (2, 0), (3, 0)]:
    array(f"version{version[0]}.npy", NUMBERS, saved(NUMBERS, version))
array("UPPER.NPY", NUMBERS)
array("packed.npy.gz", NUMBERS, gzip.compress(saved(NUMBERS), mtime=0))
array("packed.npy", NUMBERS, gzip.compress(saved(NUMBERS), mtime=0))

whole = saved(NUMBERS)
refused("scalar.npy", saved(np.array(3.0)), "shape []")
refused("cube.npy", saved(np.ones((2, 2, 2))), "shape [2, 2, 2]")
refused("no_rows.npy", saved(np.ones((0, 3))), "there are no points")
refused("no_columns.npy", saved(np.ones((3, 0))), "there are no points")
refused("records.npy", saved(np.array([(1.0, 2)], dtype=[("a", "f8"), ("b", "i4")])), "an array of records")
refused("complex64.npy", saved(NUMBERS.astype("c8")), "save the real or the imaginary part")
refused("complex128.npy", saved(NUMBERS.astype("c16")), "save the real or the imaginary part")
refused("objects.npy", saved(NUMBERS.astype(object)), "Python objects")
refused("dates.npy", saved(np.array([["2020-01-01"]], dtype="M8[D]")), "times")
refused("durations.npy", saved(np.array([[5]], dtype="m8[s]")), "times")
refused("texts.npy", saved(np.array([["1.5", "2"]])), "only labels may be words")
refused("bytes.npy", saved(np.array([[b"1.5", b"2"]])), "only labels may be words")
refused("long_double.npy", saved(NUMBERS.astype(np.longdouble)), "of 16 bytes; save it as doubles")
refused("raw.npy", saved(np.zeros((2, 2), dtype="V8")), "an array of type |V8")
refused("cut.npy", whole[:-1], "shorter than its shape, 3 x 3, says")
refused("cut_in_header.npy", whole[:60], "the file breaks off")
refused("cut_in_magic.npy", whole[:4], "not a file of NumPy")
refused("cut_packed.npy.gz", gzip.compress(whole, mtime=0)[:-20], "")
refused("nothing.npy", b"", "not a file of NumPy: it is empty")
refused("text.npy", plain, "not a file of NumPy")
refused("two_arrays.npy", whole + whole, "after the array; a file of one array is needed")
refused("one_byte_more.npy", whole + b"\0", "1 byte or more after the array")
refused("nan.npy", saved(np.array([[1, 2], [np.nan, 3]])), "entry [1, 0] (from 0) is NaN")
refused("nan_fortran.npy", saved(np.asfortranarray([[1, 2, 5], [4, np.nan, 3]])), "entry [1, 1] (from 0) is NaN")
refused("infinite.npy", saved(np.array([[1, 2], [3, -np.inf]])), "entry [1, 1] (from 0) is -inf")
refused("infinite_half.npy", saved(np.array([[1, np.inf]], dtype="f2")), "entry [0, 1] (from 0) is inf")
refused("rounded.npy", saved(np.array([[1, 2**53 + 1]])), "9007199254740993, beyond 2^53")
refused("rounded_unsigned.npy", saved(np.array([[2**64 - 1]], dtype="u8")), "18446744073709551615, beyond 2^53")
refused("zeros.npy", saved(np.array([[1.0, 2.0], [0.0, 0.0]])), "row 1 is zero and has no direction")
refused("numpy_under_another_name.csv", whole, "its name must end in .npy")
refused("archive.npy", archive.getvalue(), "a zip archive, as .npz and .xlsx are")
refused("hostile_shape.npy", whole.replace(b"(3, 3), }" + b" " * 20, b"(3, 33333333333333333333), }"[:29].ljust(29)), "")
refused("overflowing_shape.npy", whole.replace(b"(3, 3), }" + b" " * 20, b"(99999999999, 9999999999), }".ljust(29)), "shorter")
refused("more_than_there_is.npy", whole.replace(b"(3, 3), }  ", b"(3, 300), }"), "shorter than its shape, 3 x 300, says")
refused("long_header.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'", "a header of 4294967295 bytes")
refused("brackets.npy", b"\x93NUMPY\x01\x00\x10\x27" + b"[" * 10000, "an array of records")

assert len({f["name"] for f in files}) == len(files)
kinds = [f["name"].lower().removesuffix(".gz").endswith(".npy") for f in files]
print(f"{kinds.count(False)} text files, {kinds.count(True)} files of NumPy")
path = pathlib.Path(__file__).with_name("files.json")
path.write_text("[\n" + ",\n".join(json.dumps(f) for f in files) + "\n]\n")
