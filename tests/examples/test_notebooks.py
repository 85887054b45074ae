"""Notebooks: those of the examples, and what results show in one, run by a real kernel.

One kernel runs them all, one after the other, as its start takes as long as any of them; names do not go from one to
the next. The examples are run on the samples that come with textvec.
"""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from support.paths import ROOT

FOLDER = ROOT / "examples" / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
HOSTILE = "<script>alert(1)</script><u>&"

# Each line is a cell; what the last expression of one is shows as HTML. Every text, word, label and id that is a user's
# has markup in it.
SETUP = f"""
import warnings; warnings.simplefilter("ignore")
import numpy as np
import textvec as tv
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from textvec.classification import Evaluation, compare
from textvec.evaluation import retrieval, word_pairs
from textvec.explanation import explain, top_terms
from textvec.readers import Corpus
from textvec.similarity import find_duplicates, find_overlap, similarity_matrix
from textvec.text import SpellChecker
H = {HOSTILE!r}
texts = [H + " red apple", H + " green apple", H + " green apple", H + " blue sea"] * 3
ids = [H + str(i) for i in range(12)]
labels = [H + "a", H + "b"] * 6
words = str.split
def counts(**options): return tv.CountVectorizer(tokenizer=words, token_pattern=None, **options)
model = make_pipeline(counts(), LogisticRegression()).fit(texts, labels)
index = tv.CosineIndex(counts()).fit(texts, ids=ids, metadata={{H: ids}})
vectors = tv.WordVectors([H, "red", "apple"], np.eye(3))
hybrid = tv.HybridIndex(dense=tv.CosineIndex(tv.EmbeddingVectorizer(vectors))).fit(texts, ids=ids)
"""
CELLS = {
    "Tokens": "tv.Tokenizer(str.split).transform(texts)",
    "CosineIndex": "index",
    "VectorIndex": 'tv.VectorIndex("precomputed").fit(np.eye(3))',
    "BM25Index": "tv.BM25Index().fit(texts)",
    "HybridIndex": "hybrid",
    "SearchResults": "index.search([H + ' apple', 'apple'], k=3)",
    "Hits": "index.search(['apple'])[0]",
    "Hit": "index.search([H])[0][0]",
    "Document": "index[ids[0]]",
    "QueryTerms": "index.query_terms(H + ' red')",
    "Explanation": "index.explain(H + ' red', ids[0])",
    "HybridExplanation": "hybrid.explain('apple', ids[0])",
    "counts with names": "counts().set_output(transform='pandas_sparse').fit_transform(texts)",
    "Passages": "tv.Chunker(size=1).split(H + '. A sea.')",
    "WordVectors": "vectors",
    "Neighbours": "vectors.most_similar('red')",
    "Suggestions": "SpellChecker([H, 'tea']).suggest(H + 'x')",
    "Corpus": "Corpus(texts, ids, list(range(12)), columns={H: ids})",
    "SimilarityMatrix": "similarity_matrix(texts, counts())",
    "TextPairs": "similarity_matrix(texts, counts()).pairs()",
    "Duplicates": "find_duplicates(texts, encoder=counts(), ids=ids)",
    "Overlap": "find_overlap(texts, texts, encoder=counts())",
    "Decision": "explain(model, texts[0])",
    "TopTerms": "top_terms(model)",
    "Comparison": "compare(texts, labels, features={H: tv.CountVectorizer()}, classifiers=['nb', 'svm'], cv=2)",
    "Evaluation": "Evaluation([H + 'a', H + 'b'], [[3, 1], [0, 2]])",
    "RetrievalResult": "retrieval({'q': {'d': 1.0}}, {'q': {'d': 1}})",
    "WordPairsResult": "word_pairs(vectors, [(H, 'red', 1.0), ('red', 'red', 3.0), (H, H, 2.0), ('red', 'x', 1.0)])",
    "Trace": "tv.trace(model, texts[:2])",
    "TfidfVectorizer": "tv.TfidfVectorizer().fit(texts)",
    "pipeline": "model",
}


def cells_of_example(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Return the outputs of each example, a list for each cell, and those of `CELLS`, by name."""
    folder = tmp_path_factory.mktemp("notebooks")
    setup = f"import os\nos.environ['TEXTVEC_DATA'] = {str(folder)!r}\n"
    parts = {"displays": [setup + SETUP, *CELLS.values()]}
    parts |= {name: [cell.source for cell in cells_of_example(name) if cell.cell_type == "code"] for name in NAMES}
    sources = [source for cells in parts.values() for source in ["%reset -f", *cells]]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    client = NotebookClient(
        notebook, timeout=600, allow_errors=True, resources={"metadata": {"path": str(folder)}}, kernel_name="python3"
    )
    client.execute()
    ran = iter(notebook.cells)
    found = {}
    for name, cells in parts.items():
        next(ran)
        found[name] = [next(ran).outputs for _ in cells]
    _, *shown = found.pop("displays")
    return found | dict(zip(CELLS, shown, strict=True))


def html_of(outputs):
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]


@pytest.mark.parametrize("name", CELLS)
def test_results_show_tables_without_anybodys_markup(outputs, name):
    assert not [output.ename for output in outputs[name] if output.output_type == "error"], outputs[name]
    (page,) = html_of(outputs[name])
    assert "<table" in page or "sk-container" in page
    assert "<script>alert" not in page
    assert "<u>" not in page
    if (
        "sk-container" not in page
    ):  # scikit-learn's diagrams link to its documentation, and have colours for both grounds
        assert not re.search(r"\b(src|href)=|url\(|background(-color)?:\s*(white|#)|\bcolor:\s*(black|white|#)", page)


@pytest.mark.parametrize("name", NAMES)
def test_examples_run_on_the_samples(outputs, name):
    cells = outputs[name]
    errors = [output.ename for each in cells for output in each if output.output_type == "error"]
    assert not errors
    assert sum(len(html_of(each)) for each in cells) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_tidy(name):
    """No outputs: what a notebook shows depends on the data that is there and on the versions that are installed."""
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        assert cell.metadata == {}
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert max(map(len, cell.source.splitlines())) <= 125
    assert notebook.cells[0].source.startswith("# ")
    linked = [path for cell in notebook.cells for path in re.findall(r"\]\((\.\./[^)#]+)", cell.source)]
    assert [path for path in linked if not (FOLDER / Path(path)).exists()] == []


def test_there_are_three():
    assert NAMES == ["reviews", "semantic_search", "spam"]
