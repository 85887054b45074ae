"""The page on Spark is run as it stands, on Spark in local mode: what it learns is what one machine does."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.paths import ROOT

PAGE = ROOT / "docs" / "guide" / "spark.md"
HAS_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
# No port is open to other machines.
SUBMIT = """--master local[2] --conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false
--conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1
--conf spark.sql.files.openCostInBytes=1 --conf spark.sql.files.maxPartitionBytes=10000 pyspark-shell"""

CHECKS = """
assert reviews.rdd.getNumPartitions() > 2
table = pa.concat_tables(pq.read_table(path) for path in sorted(Path("reviews").glob("*.parquet")))


def assert_the_same(ours, theirs):
    assert ours.shape == theirs.shape
    for name in ("data", "indices", "indptr"):
        assert getattr(ours, name).tobytes() == getattr(theirs, name).tobytes(), name


alone = TfidfVectorizer(min_df=2).fit(table["text"])
assert vectorizer.vocabulary_ == alone.vocabulary_
assert vectorizer.idf_.tobytes() == alone.idf_.tobytes()
steps_alone = make_pipeline(Stemmer(), CountVectorizer(min_df=2), BM25Weighting()).fit(table["text"])
assert pipeline[1].vocabulary_ == steps_alone[1].vocabulary_
assert_the_same(pipeline.transform(table["text"]), steps_alone.transform(table["text"]))

rows = pq.read_table("vectors").sort_by("id")
matrix = alone.transform(table["text"])
assert rows["id"].to_pylist() == list(range(len(table)))
assert rows["indices"].combine_chunks().flatten().to_numpy().tobytes() == matrix.indices.tobytes()
assert rows["values"].combine_chunks().flatten().to_numpy().tobytes() == matrix.data.tobytes()

weighting, counts = TfidfWeighting(norm="pivoted"), CountVectorizer().fit(table["text"])
twice = fit(weighting, reviews.select("text"), [counts])
assert twice.pivot_ == weighting.fit(counts.transform(table["text"])).pivot_
few = reviews.filter("id < 3").select("text").repartition(6)  # partitions without rows
assert fit(CountVectorizer(), few).vocabulary_ == CountVectorizer().fit(table["text"][:3]).vocabulary_
spark.stop()
print("the same")
"""


def spark_blocks(text):
    """Return the examples of the page, which other tests of pages leave out."""
    return [block.partition("\n```")[0] for block in text.split("```python spark\n")[1:]]


def test_the_page_has_blocks():
    assert [block.count("mapInArrow") for block in spark_blocks(PAGE.read_text(encoding="utf-8"))] == [2, 0, 1]


@pytest.mark.skipif(find_spec("pyspark") is None, reason="needs Spark: pip install pyspark")
@pytest.mark.skipif(not HAS_JAVA, reason="needs Java, on which Spark runs")
def test_the_page_runs_and_learns_what_one_machine_does(tmp_path, reviews):
    (tmp_path / "reviews").mkdir()
    texts = [*reviews[:300], "", "nothing.else.is.here"]
    table = pa.table({"id": range(len(texts)), "text": texts})
    for i in range(5):
        pq.write_table(table[i * 70 : (i + 1) * 70], tmp_path / "reviews" / f"{i}.parquet")
    page = PAGE.read_text(encoding="utf-8")
    imports = "from pathlib import Path\nimport pyarrow.parquet as pq\nfrom textvec import TfidfWeighting\n"
    (tmp_path / "page.py").write_text("\n\n".join([imports, *spark_blocks(page), CHECKS]), encoding="utf-8")
    python_path = os.pathsep.join(filter(None, sys.path))
    environment = {
        **os.environ,
        "PYTHONPATH": python_path,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": " ".join(SUBMIT.split()),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "the same"
