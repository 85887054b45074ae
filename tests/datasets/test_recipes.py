"""Classifiers that are trained from the samples at first use: kept, made anew, or not kept."""

import subprocess
import sys

import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score

from textvec.datasets import load_classifier, recipes

SENTENCES = {
    "spam": {"You have won a free prize, call now": "spam", "I'll be ten minutes late for dinner": "ham"},
    "sentiment": {
        "A wonderful film. I loved every minute of it.": "positive",
        "It broke after a day, and nobody answered my mails.": "negative",
    },
}


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_a_classifier_is_made_once(name, tmp_path):
    made = recipes.make(name, tmp_path)
    [file] = (tmp_path / "classifiers").iterdir()
    assert made.said.startswith(f"{name} learnt from the ")
    assert made.said.endswith(f" a small sample; it is kept in {file}.")
    assert made.model.predict(list(SENTENCES[name])).tolist() == list(SENTENCES[name].values())
    content = file.read_bytes()

    again = recipes.make(name, tmp_path)
    assert again.said == ""
    texts = list(SENTENCES[name])
    assert (again.model.predict_proba(texts) == made.model.predict_proba(texts)).all()
    assert (load_classifier(name, tmp_path).predict(texts) == made.model.predict(texts)).all()

    file.write_bytes(content[: len(content) // 2])  # damaged, and written as it was
    assert "it is kept in" in recipes.make(name, tmp_path).said
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("changed", ["__version__", "sample", "model"])
def test_another_version_sample_or_setting_makes_it_anew(changed, tmp_path, monkeypatch):
    recipe = recipes.RECIPES["spam"]
    recipes.make("spam", tmp_path)
    if changed == "__version__":
        monkeypatch.setattr(recipes, "__version__", "99.0")
    elif changed == "sample":
        sample = recipe.sample()
        sample.data[0] += "!"
        monkeypatch.setitem(recipes.RECIPES, "spam", recipe._replace(sample=lambda: sample))
    else:
        model = recipe.model().set_params(classifier__C=9.0)
        monkeypatch.setitem(recipes.RECIPES, "spam", recipe._replace(model=lambda: model))
    assert recipes.make("spam", tmp_path).said
    assert len(list((tmp_path / "classifiers").iterdir())) == 2


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").touch()
    made = recipes.make("spam", tmp_path / "file")
    assert f"it is not kept, as {tmp_path / 'file' / 'classifiers'} cannot be written to: " in made.said
    assert made.model.predict(list(SENTENCES["spam"])).tolist() == ["spam", "ham"]


def test_an_unknown_name():
    with pytest.raises(ValueError, match="there is no classifier 'ham', only spam, sentiment"):
        load_classifier("ham")


def test_two_processes_at_once(tmp_path):
    code = (
        "from textvec.datasets import load_classifier\n"
        f"print(load_classifier('sentiment', {str(tmp_path)!r}).predict(['Lovely']))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in "ab"
    ]
    ends = [process.communicate() for process in running]
    assert ends == [(ends[0][0], b"")] * 2
    assert len(list((tmp_path / "classifiers").iterdir())) == 1


@pytest.mark.parametrize(("name", "at_least"), [("spam", 0.95), ("sentiment", 0.88)])
def test_what_the_documentation_says_they_get_right(name, at_least):
    recipe = recipes.RECIPES[name]
    sample, model = recipe.sample(), recipe.model()
    if name == "sentiment":
        model.set_params(classifier__probability=False)  # which changes no decision
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    assert cross_val_score(model, sample.data, sample.target, cv=folds).mean() > at_least
