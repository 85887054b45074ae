"""`textvec index`, and searches of what it wrote."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from support.shell import ROOT, TEXTVEC, environment, inside, on_a_terminal, parsed, run
from textvec import CosineIndex

MESSAGES = ROOT / "corpora/messages.csv"
PARAGRAPHS = ROOT / "corpora/paragraphs.jsonl"
FIELDS = ["rank", "score", "id", "source", "row", "text"]
FRUIT = "id,text,stars\n7,red apple,4\n8,green apple pie,\n9,,1\n12,blue sea,2.5\n"
VECTORS = "great 1 0.2 0\ngood 0.9 0.3 0.1\nfood 0 1 0\npizza 0.2 0.9 0\nsea 0 0 1\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("fruit.csv").write_text(FRUIT)
    return tmp_path


def index(*arguments, **options):
    """Run `textvec index`, which has to succeed; return what it said."""
    code, printed, said = run("index", *arguments, **options)
    assert (code, printed) == (0, ""), said
    return said


def figures(folder, *options):
    code, printed, said = run("index", "info", folder, "--json", *options)
    assert (code, said) == (0, "")
    return json.loads(printed)[0]


@pytest.mark.parametrize(
    "options",
    [[], ["--stop-words", "english", "--stem", "snowball", "--ngrams", "1-2"]],
    ids=["words", "stems"],
)
def test_an_index_finds_what_a_search_of_its_sources_does(options):
    assert re.fullmatch(
        r"textvec: m holds 2,410 documents: \d\.\d MB, \d+\.\d s\.\n", index("build", MESSAGES, "-o", "m", *options)
    )
    for query in ("free prize", "sorry I am late", "nonesuch " + "free " * 9):
        expected = parsed(inside(query, MESSAGES, *options, "--explain", "--min-score", "0.05"))
        hits = parsed(inside(query, "--index", "m", "--explain", "--min-score", "0.05"))
        assert [hit.pop("id") for hit in hits] == [hit["row"] - 1 for hit in expected]
        assert hits == expected
    code, printed, said = run("similar", "xyzzy", "--index", "m", "--csv", "-v")
    assert (code, printed) == (0, ",".join(FIELDS) + "\n")
    assert said.splitlines() == [
        "textvec: 2,410 documents were searched.",
        "textvec: none of the query's words is in the documents.",
    ]


def test_ids_metadata_and_where():
    index(
        "build",
        "fruit.csv",
        "-o",
        "f",
        "--id-column",
        "id",
        "--metadata-columns",
        "stars,id",
        "--metadata-columns",
        "text",
    )
    hits = parsed(inside("apple", "--index", "f"))
    assert [list(hit) for hit in hits] == [[*FIELDS[:5], "stars", "metadata.id", "metadata.text", "text"]] * 2
    assert [(hit["id"], hit["row"], hit["stars"], hit["metadata.id"]) for hit in hits] == [
        (7, 1, 4.0, 7),
        (8, 2, None, 8),
    ]
    assert [hit["id"] for hit in parsed(inside("apple", "--index", "f", "--where", "stars >= 2.5"))] == [7]
    both = ["--where", "stars>=2.5", "--where", "row != 1"]
    assert run("similar", "apple", "--index", "f", *both) == (
        0,
        "",
        "textvec: no document with stars>=2.5 and row != 1 is like the query.\n",
    )
    assert [hit["id"] for hit in parsed(inside("apple sea", "--index", "f", *both))] == [12]
    table = inside("sea", "--index", "f", "--table").splitlines()
    assert re.match(r"1 +0\.707 +12 +blue sea", table[2])
    assert table[3].strip() == "fruit.csv:4"
    assert table[4].strip() == "stars=2.5 metadata.id=12 metadata.text=blue sea"[:60].strip()
    code, printed, said = run("similar", "sea", "--index", "f", "--where", "nope = 1")
    assert (code, printed) == (1, "")
    assert said.startswith("textvec: error: The metadata has no column 'nope'. Its columns are: 'source' (string), ")


def test_more_like_this_one():
    index("build", MESSAGES, "-o", "m")
    saved = CosineIndex.open("m")
    hits = parsed(inside("--id", 140, "--index", "m", "-k", 3, "--explain"))
    assert [hit["id"] for hit in hits] == [hit.id for hit in saved.search_by_id(140, 3)[0]]
    for hit in hits:
        assert sum(each["contribution"] for each in hit["terms"]) == pytest.approx(hit["score"], abs=1e-6)
    assert inside("--id", 140, "--index", "m", "--table")
    for wrong in (2410, "x"):
        said = f"textvec: error: No document has the id {wrong!r}; there are 2410, such as 0, 1, 2.\n"
        assert run("similar", "--id", wrong, "--index", "m") == (1, "", said)


def test_many_queries():
    index("build", MESSAGES, "-o", "m")
    code, printed, said = run("similar", "-i", "-", "--index", "m", "-k", 2, "--csv", stdin="late\n\nfree prize\n")
    assert (code, said) == (0, "textvec: 1 of 3 queries has no hits.\n")
    hits = list(csv.DictReader(io.StringIO(printed, newline="")))
    assert [(hit["query"], hit["rank"]) for hit in hits] == [("1", "1"), ("1", "2"), ("3", "1"), ("3", "2")]
    assert [int(hit["id"]) for hit in hits[2:]] == [
        hit["id"] for hit in parsed(inside("free prize", "--index", "m", "-k", 2))
    ]


def test_passages():
    index("build", PARAGRAPHS, "-o", "p", "--model", "bm25", "--chunk", "sentence:2:1", "--id-column", "id")
    texts = [json.loads(line)["text"] for line in PARAGRAPHS.read_text(encoding="utf-8").splitlines()]
    hits = parsed(inside("how do bees make honey", "--index", "p", "--explain"))
    assert [*hits[0]] == [*FIELDS[:5], "start", "end", "text", "terms"]
    for hit in hits:
        whole = texts[hit["id"] - 1]
        assert hit["text"] == whole[hit["start"] : hit["end"]]
        assert sum(each["contribution"] for each in hit["terms"]) == pytest.approx(hit["score"], abs=1e-6)
    assert any(len(hit["text"]) < len(texts[hit["id"] - 1]) for hit in hits)
    assert parsed(inside("--id", 3, "--index", "p", "-k", 1))
    code, _, said = run("similar", "--id", 3, "--index", "p", "--explain")
    assert code == 2
    assert "--explain does not go with --id where documents are cut into passages." in said
    assert figures("p")["passages"] > len(texts)


@pytest.mark.parametrize(
    ("given", "chunk"),
    [
        ("sentence", ("sentence", 3, 0)),
        ("paragraph", ("paragraph", 1, 0)),
        ("words", ("words", 100, 0)),
        ("sentence:5", ("sentence", 5, 0)),
        ("words:20:19", ("words", 20, 19)),
    ],
)
def test_sizes_of_passages(given, chunk):
    index("build", "fruit.csv", "-o", "f", "--chunk", given)
    chunker = CosineIndex.open("f").chunker
    assert (chunker.by, chunker.size, chunker.overlap) == chunk


def test_averaged_word_vectors():
    Path("vectors.txt").write_text(VECTORS)
    Path("food.txt").write_text("Good food\nThe sea\nPizza, pizza!\nsea sea good\n")
    index("build", "food.txt", "-o", "f", "--model", "embedding", "--vectors", "vectors.txt")
    assert figures("f")["dimensions"] == 3
    [hit, *_] = parsed(inside("great", "--index", "f", "--explain"))
    assert hit["text"] == "Good food"
    assert {each["term"] for each in hit["terms"]} == {"great~good", "great~food"}
    assert sum(each["contribution"] for each in hit["terms"]) == pytest.approx(hit["score"], abs=1e-6)
    assert "none of its words has a vector" in run("similar", "unknown", "--index", "f")[2]
    assert "Good food" in inside("great xyzzy", "--index", "f", "--table")


def test_averages_are_plain_unless_asked_otherwise():
    Path("vectors.txt").write_text("hot 1 0\ncold -1 0\nwarm 0.9 0.1\n")
    for text in ("hot\ncold\n", "hot\n"):
        Path("f.txt").write_text(text)
        index("build", "f.txt", "-o", "f", "--model", "embedding", "--vectors", "vectors.txt", "--overwrite")
        [hit] = parsed(inside("warm", "--index", "f"))
        assert (hit["text"], hit["score"]) == ("hot", pytest.approx(0.9 / np.hypot(0.9, 0.1), abs=1e-6))
    options = ["--model", "embedding", "--vectors", "vectors.txt", "--pooling", "sif"]
    with pytest.warns(UserWarning, match="EmbeddingVectorizer removes what the vectors of 1 documents have in common"):
        index("build", "f.txt", "-o", "g", *options)
    assert CosineIndex.open("g").encoder_[-1].pooling == "sif"
    code, printed, said = run("similar", "hot", "--index", "g")
    assert (code, printed) == (0, "")
    assert said == "textvec: the query's vector is zero: none of its words has a vector, or they cancel out.\n"


def test_adding_deleting_compacting():
    index("build", "fruit.csv", "-o", "f", "--id-column", "id", "--metadata-columns", "stars")
    Path("more.csv").write_text("stars,id,text\n5,3,green sea\n")
    assert index("add", "f", "more.csv", "--id-column", "id") == "textvec: 1 document added; f holds 5 documents.\n"
    [first, *_] = parsed(inside("green sea", "--index", "f"))
    assert (first["id"], first["source"], first["row"], first["stars"]) == (3, "more.csv", 1, 5.0)
    assert index("add", "f", "more.csv").endswith("f holds 6 documents.\n")
    assert 13 in CosineIndex.open("f")

    assert index("delete", "f", "3", "13", "3") == "textvec: 2 documents deleted; f holds 4 documents.\n"
    said = "textvec: error: No document has the id 3; there are 4, such as 7, 8, 9. Nothing was deleted.\n"
    assert run("index", "delete", "f", "7", "3") == (1, "", said)
    assert run("index", "delete", "f", "x")[0] == 1
    assert index("delete", "f", "-i", "-", stdin="7\n\n8\n").endswith("f holds 2 documents.\n")
    assert figures("f")["deleted"]
    assert re.fullmatch(r"textvec: f holds 2 documents: 0\.0 MB before, 0\.0 MB now\.\n", index("compact", "f"))
    assert (figures("f", "--verify")["deleted"], list(CosineIndex.open("f"))) == (0, [9, 12])
    index("delete", "f", "9", "12")
    assert run("similar", "sea", "--index", "f")[:2] == (0, "")
    assert run("index", "delete", "f", "9")[0] == 1

    Path("other.csv").write_text("id,text,stars\n1b,red,1\n")
    index("build", "fruit.csv", "-o", "g", "--metadata-columns", "stars")
    said = "textvec: error: The ids of this index are whole numbers, but those in 'id' are not.\n"
    assert run("index", "add", "g", "other.csv", "--id-column", "id") == (1, "", said)
    Path("other.csv").write_text("id,text\n1,red\n")
    said = "textvec: error: Column 'stars' is not in other.csv. Its columns are: 'id', 'text'.\n"
    assert run("index", "add", "f", "other.csv") == (1, "", said)


def test_ids_that_are_strings():
    Path("f.csv").write_text("id,text\na,red\n-5,green\n")
    index("build", "f.csv", "-o", "f", "--id-column", "id")
    code, _, said = run("index", "add", "f", "f.csv")
    assert (code, said.splitlines()[-1].partition("strings: ")[2]) == (
        2,
        "name the column that has them with --id-column.",
    )
    code, _, said = run("index", "add", "f", "f.csv", "--id-column", "id")
    assert (code, said[:60]) == (1, "textvec: error: There is a document with the id 'a' already."[:60])
    Path("g.csv").write_text("id,text\n17,blue\n")
    assert index("add", "f", "g.csv", "--id-column", "id") == "textvec: 1 document added; f holds 3 documents.\n"
    assert "17" in CosineIndex.open("f")
    assert index("delete", "f", "--", "-5", "17") == "textvec: 2 documents deleted; f holds 1 document.\n"
    Path("f.csv").write_text("id,text\na,red\na,green\n")
    code, _, said = run("index", "build", "f.csv", "-o", "g", "--id-column", "id")
    assert (code, said) == (1, "textvec: error: Ids must be distinct, but 'a' stands for several documents.\n")
    assert not Path("g").exists()


AS_WRITTEN = ["008", "+8", " 8", "8 ", "8.0", "1_0", "-0", "\u0663", "\uff18", "\u00b2", "0x8", "8e0", "9" * 30, ""]


@pytest.mark.parametrize("id_", AS_WRITTEN)
def test_an_id_is_compared_as_it_is_written(id_):
    Path("f.txt").write_text("\n".join(f"apple {i}" for i in range(12)))
    index("build", "f.txt", "-o", "f")
    said = f"No document has the id {id_!r}; there are 12, such as 0, 1, 2."
    assert run("index", "delete", "f", "--", id_) == (1, "", f"textvec: error: {said} Nothing was deleted.\n")
    assert run("similar", "--id", id_, "--index", "f") == (1, "", f"textvec: error: {said}\n")
    if id_:
        assert run("index", "delete", "f", "-i", "-", stdin=f"3\n{id_}\n")[0] == 1
        Path("more.csv").write_text(f'id,text\n"{id_}",pie\n', encoding="utf-8")
        assert run("index", "add", "f", "more.csv", "--id-column", "id")[0] == 1
    assert list(CosineIndex.open("f")) == list(range(12))


@pytest.mark.parametrize("id_", [each for each in AS_WRITTEN if each])
def test_an_id_that_is_a_string_is_kept_as_it_is_written(id_):
    Path("f.csv").write_text(f'id,text\n0,red\n3,apple\n8,blue\n10,pie\n"{id_}",green\nx,sea\n', encoding="utf-8")
    index("build", "f.csv", "-o", "f", "--id-column", "id")
    assert set(CosineIndex.open("f")) == {"0", "3", "8", "10", id_, "x"}
    assert [hit["id"] for hit in parsed(inside("green", "--index", "f"))] == [id_]
    index("delete", "f", "-i", "-", stdin=f"{id_}\n")
    Path("g.csv").write_text(f'id,text\n"{id_}",green\n', encoding="utf-8")
    index("add", "f", "g.csv", "--id-column", "id")
    index("delete", "f", "--", id_)
    assert set(CosineIndex.open("f")) == {"0", "3", "8", "10", "x"}


def test_figures():
    index("build", "fruit.csv", "-o", "f")
    shown = figures("f")
    assert (shown["documents"], shown["segments"], shown["metadata"]) == (4, 1, ["source", "row"])
    assert json.loads(run("index", "info", "f")[1]) == shown
    [row] = csv.DictReader(io.StringIO(run("index", "info", "f", "--csv")[1]))
    assert row == {name: value if isinstance(value, str) else json.dumps(value) for name, value in shown.items()}
    table = run("index", "info", "f", "--table")[1].splitlines()
    assert table[0] == "documents  4"
    assert "metadata   source, row" in table
    file = next(Path("f").glob("segment-*/*.npy"))
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert figures("f") == shown
    code, printed, said = run("index", "info", "f", "--verify")
    assert (code, printed) == (1, "")
    assert str(file) in said


def test_a_folder_that_is_there():
    index("build", "fruit.csv", "-o", "f")
    said = "textvec: error: There is an index at f already. Overwrite it, or save to another folder.\n"
    assert run("index", "build", "nope.csv", "-o", "f") == (1, "", said)
    Path("f.txt").write_text("red\n")
    assert run("index", "build", "nope.csv", "-o", "f", "--overwrite")[0] == 1
    assert len(CosineIndex.open("f")) == 4
    index("build", "f.txt", "-o", "f", "--overwrite")
    assert len(CosineIndex.open("f")) == 1
    Path("folder").mkdir()
    index("build", "f.txt", "-o", "folder")
    code, _, said = run("index", "build", "f.txt", "-o", "f.txt", "--overwrite")
    assert (code, said.count("\n")) == (1, 1)
    assert Path("f.txt").read_text() == "red\n"


def test_an_index_that_the_library_wrote():
    words = [["red", "apple"], ["blue", "sea"]]
    CosineIndex().fit(words, ids=["a", "b"], metadata={"score": [1, 2], "tags": [["x"], []]}).save("words")
    [hit] = csv.DictReader(io.StringIO(inside("red apple", "--index", "words", "--csv")))
    assert hit | {"score": ""} == {
        "rank": "1",
        "score": "",
        "id": "a",
        "metadata.score": "1",
        "tags": '["x"]',
        "text": "red apple",
    }
    assert "red apple" in inside("red apple", "--index", "words", "--table")

    CosineIndex("precomputed").fit(np.eye(2), metadata=None).save("rows")
    assert parsed(run("similar", "--id", "0", "--index", "rows", "--json")[1]) == [[]]
    assert run("similar", "red", "--index", "rows")[0] == 1
    CosineIndex(lambda texts: np.ones((len(texts), 2))).fit(["red"]).save("function")
    code, _, said = run("similar", "red", "--index", "function")
    assert code == 1
    assert "is a function, which is not saved" in said


BUILD = ["index", "build", "fruit.csv", "-o", "f"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (BUILD[:3], "Missing option '-o'"),
        (["index", "build", "-o", "f"], "Missing argument 'SOURCE...'"),
        ([*BUILD, "--model", "lsa"], "'--model'"),
        ([*BUILD, "--model", "embedding"], "--model embedding needs word vectors: --vectors FILE, or --vectors words."),
        ([*BUILD, "--vectors", "v.txt"], "--vectors goes with --model embedding or hybrid only."),
        ([*BUILD, "--pooling", "sif"], "--pooling goes with --model sentences, hybrid or embedding only."),
        ([*BUILD, "--approximate"], "--approximate goes with --model sentences, hybrid or embedding only."),
        ([*BUILD, "--model", "embedding", "--vectors", "v", "--stem", "porter"], "--stem does not go with --model"),
        ([*BUILD, "--model", "embedding", "--vectors", "v", "--ngrams", "2"], "--ngrams does not go with --model"),
        ([*BUILD, "--chunk", "page"], "'page' is none of sentence, paragraph, words"),
        ([*BUILD, "--chunk", "words:"], "'words:' is none of"),
        ([*BUILD, "--chunk", "words:9:3:1"], "'words:9:3:1' is none of"),
        ([*BUILD, "--chunk", "words:5:5"], "passages of 5 cannot share 5 with the next"),
        ([*BUILD, "--chunk", "words:0"], "passages of 0 cannot share 0 with the next"),
        ([*BUILD, "--metadata-columns", "stars,row"], "every index has a column 'row' of its own"),
        (["index", "delete", "f"], "Give the ids of documents, or a file of them with -i."),
        (["index", "delete", "f", "3", "-i", "-"], "Give the ids of documents, or a file of them with -i."),
        (["index", "info", "f", "--csv", "--json"], "exclude each other"),
        (["index", "nope"], "No such command 'nope'"),
        (["similar", "--index", "f"], "Missing argument 'QUERY'"),
        (["similar", "q", "fruit.csv", "--index", "f"], "--index takes the place of every SOURCE"),
        (["similar", "q", "--index", "f", "-i", "-"], "--index takes the place of every SOURCE"),
        (["similar", "--index", "f", "-i", "-", "--id", "3"], "-i and --id exclude each other"),
        (["similar", "q", "--index", "f", "--stem", "porter"], "--stem was settled when the index was built."),
        (["similar", "q", "--index", "f", "--ngrams", "1"], "--ngrams was settled"),
        (["similar", "q", "--index", "f", "--text-column", "t"], "--text-column was settled"),
    ],
)
def test_usage_errors(arguments, message):
    code, printed, said = run(*arguments)
    assert (code, printed) == (2, "")
    assert message in said.splitlines()[-1]
    assert not Path("f").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar", "q", "--index", "f"], "There is no folder f."),
        (["similar", "q", "--index", "."], ". is no index: it has no manifest.json."),
        (["index", "info", "f"], "There is no folder f."),
        (["index", "compact", "f"], "There is no folder f."),
        (["index", "delete", "f", "3"], "There is no folder f."),
        (["index", "add", "f", "fruit.csv"], "There is no folder f."),
        ([*BUILD, "--id-column", "nope"], "Column 'nope' is not in fruit.csv. Its columns are: 'id', 'text', 'stars'."),
        ([*BUILD, "--metadata-columns", "nope"], "Column 'nope' is not in fruit.csv."),
        ([*BUILD, "--model", "embedding", "--vectors", "nope.txt"], "nope.txt"),
        ([*BUILD, "--stop-words", "nope"], "StopWords: there is no stop list named 'nope'."),
        (["index", "build", "fruit.csv", "-o", "fruit.csv"], "fruit.csv exists, and is no index. Save to a folder"),
    ],
)
def test_an_error_is_one_line(arguments, message):
    code, printed, said = run(*arguments)
    assert (code, printed) == (1, "")
    [line] = said.splitlines()
    assert line.startswith("textvec: error: ")
    assert message in line
    assert "mistake in textvec" not in line
    assert not Path("f").exists()


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_build_that_is_interrupted_leaves_nothing_that_looks_like_an_index(stop, here):
    Path("f.txt").write_text("".join(f"apple {i} pie {i // 7} of {i // 50} the {i % 13}\n" for i in range(50_000)))
    command = [TEXTVEC, "index", "build", "f.txt", "-o", "f.index"]
    with subprocess.Popen(command, cwd=here, env=environment(), stderr=subprocess.PIPE) as process:
        while process.poll() is None and {path.name for path in here.iterdir()} == {"f.txt", "fruit.csv"}:
            time.sleep(0.001)
        time.sleep(0.02)  # it is writing now
        process.send_signal(stop)
        said = process.stderr.read().decode()
        code = process.wait()
    if Path("f.index").exists():  # it was quicker
        assert len(CosineIndex.open("f.index", verify=True)) == 50_000
        return
    assert run("similar", "apple", "--index", "f.index") == (1, "", "textvec: error: There is no folder f.index.\n")
    assert run("index", "info", "f.index")[0] == 1
    if stop is signal.SIGINT:
        assert (code, said.strip()) == (130, "")
        assert {path.name for path in here.iterdir()} == {"f.txt", "fruit.csv"}


def test_a_query_needs_few_modules(here):
    index("build", MESSAGES, "-o", "m")
    code = (
        "import sys\nfrom textvec.cli.main import main\n"
        "try: main(['similar', 'free', '--index', 'm', '-k', '1'])\n"
        "finally: print(sorted({'pandas', 'nltk', 'spacy', 'pyarrow.parquet', 'textvec.readers.read'}"
        " & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=here, check=True)
    assert ran.stdout.splitlines()[-1] == b"[]"


def test_a_terminal_sees_what_is_done(here):
    shown = on_a_terminal("index", "build", "fruit.csv", MESSAGES, "-o", "f", cwd=here)
    for stage in ("Reading", "Indexing 2,414 documents", "Writing f", "0:00:0"):
        assert stage in shown
    assert "f holds 2,414 documents" in shown.splitlines()[-1]
