"""The training kernels against a restatement of their algorithm, one operation after the other."""

import numpy as np
import pytest

from textvec.embeddings._training import BLOCK_SIZES
from textvec.kernels import word2vec as kernels
from textvec.kernels.random_numbers import make_alias


class Random:
    """The generator of the kernels."""

    def __init__(self, state):
        self.state = int(state)

    def bits(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return self.state >> 32

    def below(self, n):
        return self.bits() * n >> 32

    def uniform(self):
        return (self.bits() >> 8) / 2**24

    def draw(self, keep, alias):
        item = self.below(len(keep))
        return item if self.uniform() < keep[item] else int(alias[item])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def restated(documents, inputs, outputs, kept, keep, alias, *, sg, window, shrink, negative, drawn, block, rate, state):
    """Train as the kernels do, at one learning rate, in float64; return the vectors, the loss and its number."""
    random, weight = Random(state), negative / drawn
    W, C = inputs.astype(float), outputs.astype(float)
    stream = [(i, w) for i, d in enumerate(documents) for w in d if w >= 0 and random.uniform() <= kept[w]]
    loss = number = 0
    for n_block, start in enumerate(range(0, len(stream), block)):
        centres = list(range(start, min(start + block, len(stream))))
        negatives = [random.draw(keep, alias) for _ in range(drawn)]
        windows = {}
        for i in centres:
            reach = window - (random.below(window) if shrink else 0)
            near = range(max(0, i - reach), min(len(stream), i + reach + 1))
            windows[i] = [c for c in near if c != i and stream[c][0] == stream[i][0]]
        predictions = []  # (places whose mean predicts, what, label, weight, whose negatives, not to be a negative)
        costs = {}  # of the negatives of each context word or window: predictions, sum, number
        if sg:
            for c in sorted({c for near in windows.values() for c in near}):
                own = [random.draw(keep, alias) for _ in range(drawn)] if block == 1 else negatives
                for i in centres:
                    if c in windows[i]:
                        predictions.append(([c], stream[i][1], 1, 1, c))
                        predictions += [([c], n, 0, weight, c, stream[i][1]) for n in own]
        else:
            for i in centres:
                if windows[i]:
                    predictions.append((windows[i], stream[i][1], 1, 1, i))
                    predictions += [(windows[i], n, 0, weight, i, stream[i][1]) for n in negatives]
        dW, dC = np.zeros_like(W), np.zeros_like(C)
        for places, target, label, share, group, *predicted in predictions:
            h = np.mean([W[stream[c][1]] for c in places], axis=0)
            f = h @ C[target]
            if predicted == [target]:
                continue
            cost = costs.setdefault(group, np.zeros(3))
            cost += [1, 0, 0] if label else [0, np.log1p(np.exp(f)), 1]
            if label and n_block % kernels.BLOCKS_PER_LOSS == 0:
                loss += np.log1p(np.exp(-f))
                number += 1
            g = rate * share * (label - sigmoid(f))
            dC[target] += g * h
            for c in places:
                dW[stream[c][1]] += g * C[target]
        if n_block % kernels.BLOCKS_PER_LOSS == 0:  # The mean cost of what is trained on stands for all negatives.
            loss += sum(m * negative * cost / n for m, cost, n in costs.values() if n)
        W += dW
        C += dC
    return W, C, loss, number


@pytest.mark.parametrize("sg", [True, False])
@pytest.mark.parametrize("block", [1, 3, BLOCK_SIZES[0]])
@pytest.mark.parametrize("shrink", [True, False])
@pytest.mark.parametrize("size", [1, 5, 40])
def test_kernels_do_what_is_written(sg, block, shrink, size):
    rng = np.random.default_rng(block + size)
    documents = [rng.integers(-1, 9, n).tolist() for n in (7, 0, 1, 40, 2, 13)]
    inputs, outputs = (rng.normal(size=(9, size)).astype(np.float32) for _ in range(2))
    kept = rng.uniform(0.5, 1.1, 9).astype(np.float32)
    keep, alias = np.empty(9, np.float32), np.zeros(9, np.int32)
    make_alias(weights=rng.uniform(0, 1, 9), keep=keep, alias=alias)
    drawn, state = 3 if block == 1 else 7, np.array([rng.integers(2**63)], np.uint64)
    how = {"sg": sg, "window": 3, "shrink": shrink, "negative": 3, "drawn": drawn, "block": block, "rate": 0.05}
    W, C, loss, number = restated(documents, inputs, outputs, kept, keep, alias, **how, state=state[0])

    codes = np.array([w for d in documents for w in d], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(d) for d in documents])])
    found, kernel = np.zeros(2), kernels.train_skip_gram if sg else kernels.train_cbow
    kernel(
        codes=codes,
        offsets=offsets,
        begin=0,
        end=len(documents),
        inputs=inputs,
        outputs=outputs,
        kept=kept,
        keep=keep,
        alias=alias,
        window=3,
        shrink=shrink,
        negative=3,
        n_drawn=drawn,
        block=block,
        alpha=0.05,
        min_alpha=0.05,
        random=state,
        loss=found,
    )
    np.testing.assert_allclose(inputs, W, atol=1e-5, rtol=0)
    np.testing.assert_allclose(outputs, C, atol=1e-5, rtol=0)
    np.testing.assert_allclose(found, [loss, number], rtol=5e-3)
