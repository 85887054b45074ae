"""Every class that may be a step of a pipeline: shown, configured, copied and routed to as scikit-learn does it."""

import inspect

import pytest
import sklearn
from sklearn.base import ClassifierMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.utils import estimator_html_repr, get_tags
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import check_is_fitted

from support.estimators import CLASSES, STEPS, each, needs_fit, public_classes, takes_text
from textvec import CosineIndex, CountVectorizer, SequenceEncoder, Tokenizer, Word2Vec

every_step = each(STEPS)
every_transformer = each([estimator for estimator in STEPS if hasattr(estimator, "transform")])


@pytest.fixture
def messages(messages):
    """Return a few of them, enough for what is not about what is learnt."""
    return messages[:80]


@pytest.fixture
def labels(labels):
    return labels[:80]


def pipeline(estimator):
    """Return a pipeline of texts that ends in an estimator."""
    before = [] if takes_text(estimator) else [CountVectorizer()]
    return make_pipeline(*before, clone(estimator))


@every_step
def test_display(estimator, messages, labels):
    name, model = type(estimator).__name__, pipeline(estimator)
    union, columns = make_union(estimator), ColumnTransformer([("column", estimator, "text")])
    for shown in (estimator, model, pipeline(estimator).fit(messages, labels), union, columns):
        assert name in repr(shown)
        assert name in shown._repr_html_()
        assert name in estimator_html_repr(shown)
    if hasattr(estimator, "transform"):
        assert name in make_pipeline(estimator, LogisticRegression())._repr_html_()
    with sklearn.config_context(display="text"):
        assert name in repr(model)


@every_step
def test_parameters_in_a_pipeline(estimator):
    model = pipeline(estimator)
    name = model.steps[-1][0]
    own = estimator.get_params(deep=False)
    assert {f"{name}__{parameter}" for parameter in own} <= model.get_params().keys()
    again = clone(model).set_params(**{f"{name}__{parameter}": value for parameter, value in own.items()})
    assert repr(again) == repr(model)
    with pytest.raises(ValueError, match="nonsense"):
        model.set_params(**{f"{name}__nonsense": 1})


@every_step
def test_tags_and_whether_it_is_fitted(estimator, messages, labels):
    estimator = clone(estimator)  # checks of an old scikit-learn fit what they are given
    get_tags(pipeline(estimator))
    assert get_tags(estimator).requires_fit is needs_fit(estimator)
    if needs_fit(estimator):
        with pytest.raises(NotFittedError, match=type(estimator).__name__):
            check_is_fitted(estimator)
    model = pipeline(estimator).fit(messages, labels)
    check_is_fitted(model)
    check_is_fitted(model[-1])


@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
@pytest.mark.parametrize("output", ["default", "pandas", "polars", None])
@every_step
def test_set_output(estimator, output, messages, labels):
    model = pipeline(estimator)
    assert model.set_output(transform=output) is model
    model.fit(messages, labels)
    if hasattr(estimator, "transform"):
        rows = model.transform(messages)
        assert (rows.shape[0] if hasattr(rows, "shape") else len(rows)) == len(messages)
        make_union(clone(estimator)).set_output(transform=output)
        ColumnTransformer([("column", clone(estimator), "text")]).set_output(transform=output)


@every_transformer
@pytest.mark.parametrize("output", ["Pandas", "", 1, ["pandas"]], ids=repr)
def test_unknown_output(estimator, output):
    if type(estimator).set_output.__module__.startswith("sklearn"):
        pytest.skip("scikit-learn checks it when it makes the table")
    with pytest.raises(
        ValueError, match=f"{type(estimator).__name__}: transform must be None or one of 'default', 'pandas'"
    ):
        clone(estimator).set_output(transform=output)


def test_a_dense_table_at_the_end_of_tokens(messages):
    """A step that makes no table has nothing to say where the last one makes the table."""
    table = make_pipeline(Tokenizer(), SequenceEncoder(3)).set_output(transform="pandas").fit_transform(messages)
    assert table.columns.tolist() == ["position_0", "position_1", "position_2"]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
@every_step
def test_no_document_is_metadata(estimator, messages, labels):
    """What scikit-learn offers to route to a method are its arguments but the first X and y: documents are none."""
    requests = get_routing_for_object(estimator)._serialize()
    assert not any(requests.values()), requests
    pipeline(estimator).fit(messages, labels)


def offered(cls):
    """Return what scikit-learn offers to route to any method of a class."""
    requests = [name for name in dir(cls) if name.startswith("set_") and name.endswith("_request")]
    return {argument for name in requests for argument in inspect.signature(getattr(cls, name)).parameters} - {"self"}


@pytest.mark.usefixtures("routing")
def test_no_method_offers_to_route_documents():
    """Nor does a class that is no step; a classifier offers the weights of documents, alone or in a pipeline."""
    for cls in public_classes():
        assert offered(cls) <= ({"sample_weight"} if issubclass(cls, ClassifierMixin | Pipeline) else set()), cls


def test_what_is_offered_is_seen():
    class Takes(Tokenizer):
        def partial_fit(self, documents, y=None):
            return self

    assert offered(Takes) == {"documents"}


def test_an_index_ends_a_pipeline(messages):
    model = Pipeline([("tokens", Tokenizer()), ("index", CosineIndex())]).fit(messages)
    assert model[-1].search(model[:-1].transform(messages[:1]), k=1)[0][0].id == 0
    assert set(CLASSES) >= {"Word2Vec"}
    assert isinstance(make_pipeline(Word2Vec()).set_output(transform="default"), Pipeline)
