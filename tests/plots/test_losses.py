import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from textvec import Word2Vec
from textvec.plots import training_loss

TEXTS = ["the red sea is deep", "the blue sea is deep", "a red house is high"] * 20


@pytest.fixture(scope="module")
def model():
    return Word2Vec(8, sg=1, epochs=4, negative=3, min_count=1, sample=0, random_state=0, threads=1).fit(TEXTS)


def test_the_loss_of_each_epoch(model):
    ax = training_loss(model)
    learnt, nothing = ax.lines
    assert learnt.get_xdata().tolist() == [1, 2, 3, 4]
    assert learnt.get_ydata().tolist() == model.losses_
    assert nothing.get_ydata()[0] == pytest.approx(4 * np.log(2))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Word2Vec", "nothing learnt: (1 + 3) ln 2"]
    ax.figure.draw_without_rendering()
    assert all(float(tick).is_integer() for tick in ax.get_xticks())


def test_models_side_by_side(model):
    ax = training_loss(model, name="$x^{$")
    assert training_loss(model, name="again", ax=ax) is ax
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["$x^{$", "nothing learnt: (1 + 3) ln 2", "again"]
    assert ax.lines[0].get_color() != ax.lines[2].get_color()
    ax.figure.draw_without_rendering()


def test_what_cannot_be_drawn(model):
    with pytest.raises(TypeError, match="training_loss: a fitted Word2Vec was expected, but a list was given"):
        training_loss(model.losses_)
    with pytest.raises(NotFittedError):
        training_loss(Word2Vec())


def test_gensim_computes_no_loss():
    pytest.importorskip("gensim")
    model = Word2Vec(8, epochs=1, min_count=1, engine="gensim", threads=1, random_state=0).fit(TEXTS)
    with pytest.raises(ValueError, match="this Word2Vec has no losses: it was trained by engine='gensim'"):
        training_loss(model)
