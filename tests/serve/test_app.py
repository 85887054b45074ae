"""The routes that ask: what they answer is what the library says, and what is wrong is told in one shape."""

import json

import pytest

from serve.conftest import TEXTS
from support.asking import wrong
from textvec import BM25Index, CosineIndex, HybridIndex, VectorIndex, open_index, save
from textvec.classification import text_classifier
from textvec.index import DamagedIndexError
from textvec.serve import Limits, Settings, create_app
from textvec.serve.served_index import ServedIndex


def test_search_answers_what_the_index_finds(client, folder):
    index = open_index(folder)
    told = client.get("/search", params={"q": "a free lunch", "k": 2}).json()
    hits = index.search(["a free lunch"], k=2)[0]
    assert [(hit["id"], hit["score"], hit["text"], hit["metadata"]) for hit in told["hits"]] == [
        (hit.id, hit.score, hit.document, hit.metadata) for hit in hits
    ]
    assert told["query"] == "a free lunch"
    assert told["took_ms"] >= 0
    assert told["facets"] is told["counted"] is told["unknown"] is told["hits"][0]["reasons"] is None


def test_search_explains_and_tells_unknown_words(client, folder):
    told = client.get("/search", params={"q": "free prise", "explain": "true"}).json()
    explanation = open_index(folder).explain("free prise", 0)
    reasons = [(each["term"], each["contribution"]) for each in told["hits"][0]["reasons"]]
    assert reasons == [(each.term, each.contribution) for each in explanation]
    assert [told["hits"][0]["text"][mark["start"] : mark["end"]] for mark in told["hits"][0]["marks"]] == [
        "free",
        "free",
    ]
    assert told["unknown"] == [{"word": "prise", "suggestion": "prize"}]


def test_only_the_first_hits_are_explained(serve, tmp_path):
    BM25Index().fit(["free"] * 150).save(tmp_path / "many")
    client = serve(index=str(tmp_path / "many"))
    hits = client.get("/search?q=free&k=150&explain=true").json()["hits"]
    assert [hit["reasons"] is not None for hit in hits] == [True] * 100 + [False] * 50
    told = client.post("/search", json={"queries": ["free"] * 30, "k": 5, "explain": True}).json()["results"]
    assert [[hit["marks"] is not None for hit in each["hits"]] for each in told] == [[True] * 3 + [False] * 2] * 30


def test_conditions_and_facets(client):
    told = client.get("/search", params={"q": "lunch prize", "facets": "true"}).json()
    assert told["counted"] == 1000
    assert told["facets"] == [
        {"column": "label", "values": [{"value": "ham", "count": 2}, {"value": "spam", "count": 1}], "more": 0},
        {"column": "year", "values": [{"value": 2002, "count": 2}, {"value": 2001, "count": 1}], "more": 0},
    ]
    where = [json.dumps({"label": ["ham", None]}), "year >= 2002"]
    told = client.get("/search", params={"q": "lunch prize free", "where": where, "k": 1, "facets": "true"}).json()
    assert [hit["id"] for hit in told["hits"]] == [2]
    assert told["facets"][0]["values"] == [{"value": "ham", "count": 2}]
    assert client.get("/search", params={"q": "free", "min_score": 100}).json()["hits"] == []
    for broken in ("year", "{", "colour = 3", "year >= x", '{"year": {"a": 1}}'):
        assert wrong(client.get("/search", params={"q": "a", "where": broken}), 422, "value")


def test_many_searches_at_once(client):
    asked = {"queries": ["free", "lunch", "nothing"], "k": 1, "where": ["year < 2003"], "explain": True}
    told = client.post("/search", json=asked).json()
    assert [each["query"] for each in told["results"]] == asked["queries"]
    assert [[hit["id"] for hit in each["hits"]] for each in told["results"]] == [[0], [2], []]
    alone = client.get("/search", params={"q": "free", "k": 1, "where": "year < 2003", "explain": "true"}).json()
    assert told["results"][0]["hits"] == alone["hits"]


def test_similar_document_and_explain(client, folder):
    index = open_index(folder)
    told = client.get("/similar/0", params={"k": 1, "facets": "true"}).json()
    assert told["id"] == 0
    assert [hit["id"] for hit in told["hits"]] == [hit.id for hit in index.search_by_id(0, k=1)[0]] == [2]
    assert told["facets"][0]["column"] == "label"
    assert client.get("/documents/3").json() == {"id": 3, "text": TEXTS[3], "metadata": {"label": None, "year": 2003}}
    told = client.get("/explain", params={"q": "Free lunch", "id": 2}).json()
    assert told["score"] == index.explain("Free lunch", 2).score
    assert told["reasons"][0]["term"] == "lunch"
    assert [told["query"][mark["start"] : mark["end"]] for mark in told["query_marks"]] == ["lunch"]
    for path in ("/similar/99", "/documents/99", "/explain?q=a&id=99", "/documents/00", "/documents/x%2Fy"):
        assert wrong(client.get(path), 404, "no_document").startswith("No document has the id ")


def test_ids_that_are_strings_hold_anything(serve, tmp_path):
    ids = ["a/b", "ü?#", "..", "7"]
    CosineIndex().fit(["red", "red pear", "pear", "plum red"], ids=ids).save(tmp_path / "named")
    client = serve(index=str(tmp_path / "named"))
    assert client.get("/documents/a%2Fb").json()["text"] == "red"
    assert client.get("/similar/%C3%BC%3F%23").json()["id"] == "ü?#"
    assert client.get("/documents/7").json()["id"] == "7"


def test_lone_surrogates_and_odd_values_are_json(serve, tmp_path):
    metadata = [{"score": float("nan"), "tags": ["a"]}, {"score": 2.5, "tags": []}]
    BM25Index().fit(["free \x00 </script>", "free"], metadata=metadata).save(tmp_path / "odd")
    client = serve(index=str(tmp_path / "odd"))
    told = client.get("/search", params={"q": "free"}).json()
    assert {hit["id"]: hit["metadata"] for hit in told["hits"]} == {
        0: {"score": None, "tags": ["a"]},
        1: {"score": 2.5, "tags": []},
    }
    assert {hit["id"]: hit["text"] for hit in told["hits"]}[0] == "free \x00 </script>"


def test_classify(serve, tmp_path):
    model = text_classifier("tfidf", "logreg").fit(["win a free prize", "free entry", "lunch", "see you"], [1, 1, 0, 0])
    save(model, tmp_path / "model")
    client = serve(model=str(tmp_path / "model"))
    texts = ["a free lunch", "", "see"]
    told = client.post("/classify", json={"texts": texts}).json()["results"]
    assert [each["label"] for each in told] == model.predict(texts).tolist()
    assert [[each["score"] for each in one["scores"]] for one in told] == model.predict_proba(texts).tolist()
    [explained] = client.post("/classify", json={"texts": ["Free, blimey!"], "explain": True}).json()["results"]
    assert explained["label"] == 1
    assert explained["explanation"]["unknown_words"] == ["blimey"]
    assert explained["explanation"]["reasons"][0]["term"] == "free"
    assert explained["explanation"]["marks"][0]["start"] == 0
    assert client.get("/info").json()["model"] == {
        "name": "model",
        "classes": [0, 1],
        "scores": "probability",
    }


def test_a_service_of_a_model_alone(serve, tmp_path):
    save(text_classifier("counts", "svm").fit(["free", "lunch"], ["spam", "ham"]), tmp_path / "model")
    client = serve(index=None, model=str(tmp_path / "model"))
    told = client.post("/classify", json={"texts": ["lunch"]}).json()["results"][0]
    assert told["label"] == "ham"
    assert told["scores"][0]["score"] == -told["scores"][1]["score"]
    assert client.get("/info").json()["index"] is None
    assert "--index" in wrong(client.get("/search?q=a"), 404, "no_index")


def test_info_tells_no_path(client, folder):
    told = client.get("/info")
    assert str(folder) not in told.text
    assert told.json()["index"]["documents"] == len(TEXTS)
    assert told.json()["index"]["explains"] is True
    assert told.json()["index"]["metadata"] == [
        {"column": "label", "type": "string"},
        {"column": "year", "type": "int64"},
    ]
    assert told.json()["limits"]["k"] == 1000
    assert "--model" in wrong(client.post("/classify", json={"texts": ["a"]}), 404, "no_model")
    assert client.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/search", "'q' (query): Field required."),
        ("/search?q=a&k=0", "It is '0'."),
        ("/search?q=a&k=1001", "'k' (query)"),
        ("/search?q=a&k=x", "valid integer"),
        ("/search?q=a&min_score=-1", "'min_score' (query)"),
        ("/search?q=a&min_score=nan", "finite number"),
        ("/search?q=" + "a" * 2001, "at most 2000 characters"),
        ("/search?q=a" + "&where=year=1" * 21, "'where' (query)"),
        ("/search?q=a&explain=maybe", "'explain' (query)"),
    ],
)
def test_parameters_out_of_range(client, path, says):
    answer = client.get(path)
    assert says in wrong(answer, 422, "parameter")


@pytest.mark.parametrize(
    ("body", "status", "code", "says"),
    [
        (b"{", 400, "json", "The body is no JSON"),
        (b"", 422, "parameter", "the body: Field required."),
        (b"[]", 422, "parameter", "the body"),
        (b'{"queries": []}', 422, "parameter", "'queries' (body)"),
        (b'{"queries": "free"}', 422, "parameter", "valid list"),
        (b'{"queries": ["a", 3]}', 422, "parameter", "'queries.1' (body)"),
        (b'{"queries": ["a"], "size": 3}', 422, "parameter", "'size' (body)"),
        (b'{"queries": ["\\ud800"]}', 422, "parameter", "'queries.0' (body)"),
        (b'{"queries": ["a"], "k": 10, "min_score": NaN}', 422, "parameter", "'min_score' (body)"),
        (b"\xff\xfe", 400, "json", "The body is no JSON"),
        (b"[" * 100_000, 400, "request", "parsing the body"),
    ],
)
def test_bodies_that_do_not_fit(client, body, status, code, says):
    answer = client.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert says in wrong(answer, status, code)


def test_routes_and_methods_that_are_not_there(client):
    assert "/openapi.json" in wrong(client.get("/nothing/here"), 404, "no_route")
    wrong(client.get("/docs"), 404, "no_route")
    answer = client.delete("/search")
    assert "DELETE" in wrong(answer, 405, "method")
    assert "GET" in answer.headers["allow"]
    for method, path in (("POST", "/documents"), ("PUT", "/documents"), ("DELETE", "/documents/1")):
        assert client.request(method, path, json={}).status_code in (404, 405)


def test_a_condition_nested_too_deeply_is_no_failure(client):
    for where in ('{"year":' + "[" * 1500, "year >= " + "[" * 1500, '{"year":' + "[" * 900 + "1" + "]" * 900 + "}"):
        assert wrong(client.get("/search", params={"q": "a", "where": where}), 422, "value")


def test_errors_and_names_tell_no_path(serve, folder, tmp_path, monkeypatch, capsys):
    save(text_classifier("counts", "svm").fit(["free", "lunch"], ["spam", "ham"]), tmp_path / "a model")
    client = serve(model=str(tmp_path / "a model"))
    assert client.get("/info").json()["model"]["name"] == "a model"

    def broken(self, question):
        raise DamagedIndexError(f"{folder} is damaged")

    monkeypatch.setattr(ServedIndex, "ask", broken)
    assert str(folder) not in wrong(client.get("/documents/1"), 503, "index")
    assert str(folder) in capsys.readouterr().err


def test_hybrid_and_dense_indexes(serve, tmp_path):
    texts = ["red apple", "green apple", "blue sea"]
    meaning = VectorIndex(_vowels)
    meaning.fit(texts)
    CosineIndex("precomputed").fit([[1.0, 0.0]]).save(tmp_path / "vectors")
    with pytest.raises(ValueError, match="vectors cannot be searched with texts"):
        create_app(Settings(index=str(tmp_path / "vectors")))
    from textvec import EmbeddingVectorizer, Word2Vec

    words = EmbeddingVectorizer(Word2Vec(4, min_count=1, epochs=1, random_state=0))
    HybridIndex(BM25Index(), CosineIndex(words)).fit(texts).save(tmp_path / "hybrid")
    client = serve(index=str(tmp_path / "hybrid"))
    told = client.get("/search", params={"q": "apple", "explain": "true"}).json()
    assert told["hits"][0]["marks"]
    index = open_index(tmp_path / "hybrid")
    for k in (1, 2):  # how far a hybrid looks, and so what it scores, follows from k
        hits = client.get("/search", params={"q": "apple sea", "k": k, "facets": "true", "explain": "true"}).json()[
            "hits"
        ]
        expected = index.search(["apple sea"], k=k)[0]
        assert [(hit["id"], hit["score"]) for hit in hits] == [(hit.id, hit.score) for hit in expected]
    parts = client.get("/explain", params={"q": "apple", "id": told["hits"][0]["id"]}).json()["parts"]
    assert [part["part"] for part in parts] == ["lexical", "dense"]


def _vowels(texts):
    return [[text.count(vowel) for vowel in "aeiou"] for text in texts]


def test_what_cannot_be_served_is_said_at_the_start(tmp_path, folder):
    with pytest.raises(FileNotFoundError):
        create_app(Settings(index=str(tmp_path / "nothing")))
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(DamagedIndexError):
        create_app(Settings(index=str(folder)))


def test_limits_of_the_settings_hold(serve):
    client = serve(limits=Limits(query_characters=5, k=2, texts=1))
    assert "5 characters" in wrong(client.get("/search?q=longer"), 422, "parameter")
    assert "less than or equal to 2" in wrong(client.get("/search?q=a&k=3"), 422, "parameter")
    wrong(client.post("/search", json={"queries": ["a", "b"], "k": 1}), 422, "parameter")
    wrong(client.post("/search", json={"queries": ["longer"], "k": 1}), 422, "parameter")
    assert len(client.get("/search?q=lunch&k=1").json()["hits"]) == 1
