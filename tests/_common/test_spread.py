"""What reads documents one after the other refuses those that lie in pieces, and says what is there for them."""

import pytest
from sklearn.pipeline import make_pipeline

from textvec import (
    BM25Index,
    BM25Weighting,
    CountVectorizer,
    Phrases,
    SequenceEncoder,
    Stemmer,
    StopWords,
    TfidfWeighting,
    Tokenizer,
    Word2Vec,
)
from textvec._common.spread import package_of
from textvec.classification import NBSVMClassifier
from textvec.engines import Files

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'textvec-kit[dask]'")
import pandas as pd  # noqa: E402

TEXTS = ["good food", "bad food", "good pizza"]


@pytest.fixture(scope="module")
def column():
    return dd.from_pandas(pd.Series(TEXTS, name="text"), npartitions=2)


def test_packages(column):
    found = [package_of(each) for each in (column, column.to_frame(), Files("a"), pd.Series(TEXTS), TEXTS, None)]
    assert found == ["dask", "dask", "textvec", None, None, None]


@pytest.mark.parametrize(
    "call",
    [
        Tokenizer().transform,
        Stemmer().fit_transform,
        Phrases().fit_transform,
        SequenceEncoder().fit,
        Word2Vec().fit,
        BM25Index().fit,
        make_pipeline(Stemmer(), CountVectorizer()).fit,
    ],
    ids=lambda call: f"{type(call.__self__).__name__}.{call.__name__}",
)
def test_documents_are_refused(call, column):
    with pytest.raises(TypeError, match=r"dask's Series.* textvec\.distributed\.fit fits .*pipelines.* by compute\(\)"):
        call(column)
    with pytest.raises(TypeError, match=r"textvec's Files.*distributed\.build_index an index\.$"):
        call(Files("a"))


@pytest.mark.parametrize("step", [BM25Weighting(), TfidfWeighting(norm="pivoted"), NBSVMClassifier()])
def test_a_pipeline_says_what_fits_it(step, column):
    pipeline = make_pipeline(CountVectorizer(), step)
    with pytest.raises(TypeError, match=rf"{type(step).__name__} reads .* call textvec\.distributed\.fit\(pipeline"):
        pipeline.fit(column, [0, 1, 0])


def test_what_learns_nothing_reads_nothing():
    nowhere = Files("no/such/file.txt")
    for step in (Tokenizer(), Stemmer(), StopWords()):
        assert step.fit(nowhere) is step
