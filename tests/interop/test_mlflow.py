"""MLflow's sklearn flavour logs, loads and serves textvec's pipelines, by skops and by cloudpickle.

`mlflow` is imported once for the file, which takes some seconds.
"""

import json

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from textvec import CountVectorizer, StopWords, TfidfWeighting, Tokenizer
from textvec.classification import text_classifier
from textvec.interop import trusted_types

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:mlflow"),
]
TEXTS = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
LABELS = ["spam", "spam", "ham", "ham"]
NEW = ["a free lunch", "win cash", "é 日本", ""]
# Without these MLflow asks an index of packages, and imports the model in another process, to find them.
REQUIREMENTS = ["textvec-kit", "skops"]


@pytest.fixture(scope="module")
def mlflow():
    pytest.importorskip("mlflow")
    import mlflow.sklearn

    return mlflow


@pytest.fixture(scope="module")
def model():
    return text_classifier("tfidf", "logreg").fit(TEXTS, LABELS)


def save(mlflow, model, path, serialization_format="skops"):
    trusted = {"skops_trusted_types": trusted_types()} if serialization_format == "skops" else {}
    how = {"serialization_format": serialization_format, "pip_requirements": REQUIREMENTS, **trusted}
    mlflow.sklearn.save_model(model, path, **how)


@pytest.mark.parametrize("serialization_format", ["skops", "cloudpickle"])
def test_saved_and_loaded(serialization_format, mlflow, model, tmp_path):
    path = str(tmp_path / "model")
    save(mlflow, model, path, serialization_format)
    assert mlflow.sklearn.load_model(path).predict(NEW).tolist() == model.predict(NEW).tolist()
    assert mlflow.pyfunc.load_model(path).predict(NEW).tolist() == model.predict(NEW).tolist()


def test_steps_by_skops(mlflow, tmp_path):
    model = make_pipeline(Tokenizer(), StopWords(), CountVectorizer(), TfidfWeighting(), LogisticRegression())
    model.fit(TEXTS, LABELS)
    save(mlflow, model, str(tmp_path / "model"))
    again = mlflow.sklearn.load_model(str(tmp_path / "model"))
    assert again.predict_proba(NEW).tolist() == model.predict_proba(NEW).tolist()


def test_logged_in_a_run(mlflow, model, tmp_path):
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.create_experiment("textvec", artifact_location=(tmp_path / "artifacts").as_uri())
    mlflow.set_experiment("textvec")
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            name="spam",
            serialization_format="skops",
            skops_trusted_types=trusted_types(),
            pip_requirements=REQUIREMENTS,
        )
    assert mlflow.sklearn.load_model(logged.model_uri).predict(NEW).tolist() == model.predict(NEW).tolist()


def test_served(mlflow, model, tmp_path):
    """What `mlflow models serve` runs, asked in this process."""
    testing = pytest.importorskip("fastapi.testclient")
    from mlflow.pyfunc import scoring_server

    save(mlflow, model, str(tmp_path / "model"))
    client = testing.TestClient(scoring_server.init(mlflow.pyfunc.load_model(str(tmp_path / "model"))))
    headers = {"Content-Type": "application/json"}
    answer = client.post("/invocations", content=json.dumps({"inputs": NEW}), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"predictions": model.predict(NEW).tolist()}


def test_without_the_list_nothing_is_saved(mlflow, model, tmp_path):
    how = {"serialization_format": "skops", "pip_requirements": REQUIREMENTS}
    with pytest.raises(mlflow.MlflowException, match="untrusted types"):
        mlflow.sklearn.save_model(model, str(tmp_path / "model"), **how)


def test_a_model_of_others_is_loaded_by_our_list_and_not_by_its_own(mlflow, model, tmp_path):
    """What the page says to do: MLflow reads the list from MLmodel, which whoever made the model wrote."""
    import skops.io

    path = tmp_path / "model"
    save(mlflow, model, str(path))
    assert "skops_trusted_types" in (path / "MLmodel").read_text(encoding="utf-8")
    again = skops.io.load(path / "model.skops", trusted=trusted_types())
    assert again.predict(NEW).tolist() == model.predict(NEW).tolist()
