"""word2vec with negative sampling (Mikolov et al. 2013), in blocks of neighbouring centre words.

The centre words of a block share their negatives. Then the error of a context word and a negative does not depend on
the centre word, and is computed once for all windows that have the context word: a dense product of few rows, which
stay in the cache (Ji, Satish, Li and Dubey 2016 share negatives within one window). More negatives are drawn for a
block than for a single word, and each weighs less, so that the expected gradient is the same. A negative that is the
predicted word itself is passed over, as in word2vec.c.

All products of a block use the vectors as they were before the block. If one vector of a product were updated first and
then used to update the other, vectors of frequent words would grow without end. Threads train on ranges of documents
and write to the same vectors without locks (Recht et al. 2011).
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.random_numbers import below, draw, uniform
from textvec.kernels.vector_ops import GROUP, add_row, add_rows, fetch, logistic, products

# Words that a document has at the most; callers cut longer ones. It is gensim's limit, and sizes the buffer.
MAX_DOCUMENT_WORDS = 10_000
# Documents are put into the buffer until it holds this many words, so that short ones are trained on together.
MIN_BUFFERED_WORDS = 1_000
BUFFER_WORDS = MAX_DOCUMENT_WORDS + MIN_BUFFERED_WORDS
# The loss is computed for one block in this many: logarithms of all would take a noticeable part of the time.
BLOCKS_PER_LOSS = 32

_TRAIN = nb.void(
    ro(nb.int32), ro(nb.int64), nb.int64, nb.int64, rw(nb.float32, 2), rw(nb.float32, 2), ro(nb.float32),
    ro(nb.float32), ro(nb.int32), nb.int64, nb.boolean, nb.int64, nb.int64, nb.int64, nb.float64, nb.float64,
    rw(nb.uint64), rw(nb.float64),
)  # fmt: skip


@nb.njit(inline="always")
def _cost(probability):
    return -np.log(max(probability, np.float32(1e-7)))


@nb.njit
def _fill(codes, offsets, document, end, kept, random, words, first, last):
    """Fill the buffer with the words of the next documents that subsampling keeps.

    Windows stay within a document: that of word i within first[i] : last[i] of the buffer.

    Returns the number of words in the buffer, and the first document that is not in it.
    """
    n = 0
    while document < end and n < MIN_BUFFERED_WORDS:
        start = n
        for j in range(offsets[document], offsets[document + 1]):
            word = codes[j]
            if word >= 0 and uniform(random) <= kept[word]:
                words[n] = word
                n += 1
        first[start:n] = start
        last[start:n] = n
        document += 1
    return n, document


@nb.njit(inline="always")
def _fetch_words(inputs, outputs, words, low, start, stop, high):
    """Prefetch the vectors of a block: outputs of its words, inputs of its words and their neighbours."""
    for i in range(low, high):
        fetch(inputs, words[i])
    for i in range(start, stop):
        fetch(outputs, words[i])


@kernel(_TRAIN)
def train_skip_gram(
    codes, offsets, begin, end, inputs, outputs, kept, keep, alias,
    window, shrink, negative, n_drawn, block, alpha, min_alpha, random, loss,
):  # fmt: skip
    """Train on documents begin to end, of `MAX_DOCUMENT_WORDS` words at most: each word predicts those around it.

    codes, offsets    the row of each token, -1 for tokens that are passed over, and where documents begin and end
    begin, end        the documents that are trained on
    inputs, outputs   in, out: the word vectors, and the vectors of words as they are predicted
    kept              the probability that subsampling keeps each word
    keep, alias       the table that negatives are drawn from, see `make_alias`
    window, shrink    how far windows reach, and whether each draws its reach from 1 to that
    negative          negatives for each pair of words
    n_drawn           negatives that are drawn for a block instead; for each pair, if a block is one word
    block             centre words of a block
    alpha, min_alpha  the learning rate at the beginning and at the end
    random            in, out: the state of the generator
    loss              in, out: the loss of some blocks, and the number of pairs in them, are added
    """
    size = inputs.shape[1]
    words = np.empty(BUFFER_WORDS, np.int64)
    first, last = np.empty(BUFFER_WORDS, np.int64), np.empty(BUFFER_WORDS, np.int64)
    most = min(block, 2 * window) + n_drawn  # targets of a context word, at most
    n_places = block + 2 * window
    contexts = np.zeros((n_places, size), np.float32)  # input vectors of the context words, as before the block
    targets = np.zeros((n_places, most + GROUP), np.int64)  # of each context word: centre words, then negatives
    errors = np.empty((n_places, most + GROUP), np.float32)
    n_centres = np.empty(n_places, np.int64)
    around = np.zeros((block, 2 * window + GROUP), np.int64)  # of each centre word: the places of its context words
    number = np.empty((block, 2 * window), np.int64)  # and its index among the centre words of each of these
    n_around = np.empty(block, np.int64)
    used, shares = np.zeros(n_places + GROUP, np.int64), np.empty(n_places + GROUP, np.float32)
    negatives = np.empty(n_drawn, np.int64)
    weight = np.float32(negative) / np.float32(n_drawn)

    document, n_blocks = begin, 0
    n_tokens = max(offsets[end] - offsets[begin], 1)
    while document < end:
        rate = np.float32(alpha + (min_alpha - alpha) * (offsets[document] - offsets[begin]) / n_tokens)
        n, document = _fill(codes, offsets, document, end, kept, random, words, first, last)
        for start in range(0, n, block):
            stop = min(start + block, n)
            low, high = max(start - window, 0), min(stop + window, n)
            for q in range(n_drawn):
                negatives[q] = draw(random, keep, alias)
                fetch(outputs, negatives[q])
            _fetch_words(inputs, outputs, words, low, start, stop, high)
            n_centres[: high - low] = 0
            for i in range(start, stop):
                reach = window - (below(random, window) if shrink else 0)
                m = 0
                for c in range(max(first[i], i - reach), min(last[i], i + reach + 1)):
                    if c != i:
                        place = c - low
                        targets[place, n_centres[place]] = words[i]
                        around[i - start, m], number[i - start, m] = place, n_centres[place]
                        n_centres[place] += 1
                        m += 1
                n_around[i - start] = m

            n_used = 0
            for place in range(high - low):
                m = n_centres[place]
                if m == 0:
                    continue
                used[n_used] = place
                n_used += 1
                target, error = targets[place], errors[place]
                for q in range(n_drawn):
                    target[m + q] = draw(random, keep, alias) if block == 1 else negatives[q]
                context, vector = contexts[place], inputs[words[low + place]]
                for k in range(size):
                    context[k] = vector[k]
                products(outputs, target, m + n_drawn, context, error)
                logistic(error, m + n_drawn)
                if n_blocks % BLOCKS_PER_LOSS == 0:
                    loss[1] += m
                    for q in range(m):
                        loss[0] += _cost(error[q])
                    cost, n_trained = 0.0, 0  # of negatives; a word is no negative of itself
                    for q in range(m, m + n_drawn):
                        for c in range(m):
                            if target[c] != target[q]:
                                cost += _cost(np.float32(1) - error[q])
                                n_trained += 1
                    if n_trained:
                        loss[0] += m * negative * cost / n_trained
                for q in range(m):
                    error[q] = rate - rate * error[q]
                for q in range(m, m + n_drawn):
                    others = m
                    for c in range(m):
                        others -= target[c] == target[q]
                    error[q] *= -rate * weight * np.float32(others)

            for u in range(n_used):
                place = used[u]
                add_rows(outputs, targets[place], n_centres[place] + n_drawn, errors[place], inputs[words[low + place]])
            for i in range(start, stop):
                places, m = around[i - start], n_around[i - start]
                for c in range(m):
                    shares[c] = errors[places[c], number[i - start, c]]
                add_rows(contexts, places, m, shares, outputs[words[i]])
            for q in range(n_drawn):
                for u in range(n_used):
                    shares[u] = errors[used[u], n_centres[used[u]] + q]
                if block > 1:
                    add_rows(contexts, used, n_used, shares, outputs[negatives[q]])
                else:
                    for u in range(n_used):
                        add_row(shares[u], contexts[used[u]], outputs[targets[used[u], n_centres[used[u]] + q]])
            n_blocks += 1


@kernel(_TRAIN)
def train_cbow(
    codes, offsets, begin, end, inputs, outputs, kept, keep, alias,
    window, shrink, negative, n_drawn, block, alpha, min_alpha, random, loss,
):  # fmt: skip
    """Train on documents begin to end: the mean of the words around it predicts each word.

    Parameters as in `train_skip_gram`. The sum of the input vectors of a window is a difference of two running totals,
    and what a window learns is added to its words in the same way, by running totals of steps.
    """
    size = inputs.shape[1]
    words = np.empty(BUFFER_WORDS, np.int64)
    first, last = np.empty(BUFFER_WORDS, np.int64), np.empty(BUFFER_WORDS, np.int64)
    n_places = block + 2 * window
    totals = np.zeros((n_places + 1, size), np.float32)  # totals[p]: the sum of the input vectors before place p
    steps = np.empty((n_places + 1, size), np.float32)  # steps[p]: what place p learns, minus what p - 1 learns
    means = np.zeros((block, size), np.float32)
    learnt = np.empty(size, np.float32)
    targets = np.zeros(1 + n_drawn + GROUP, np.int64)  # the centre word, then the negatives
    error, errors = np.empty(1 + n_drawn + GROUP, np.float32), np.empty((n_drawn, block + GROUP), np.float32)
    centres, own = np.empty(block, np.int64), np.empty(block, np.float32)  # the predicted words, and their errors
    rows = np.zeros(block + GROUP, np.int64)
    rows[:block] = np.arange(block)
    weight = np.float32(negative) / np.float32(n_drawn)

    document, n_blocks = begin, 0
    n_tokens = max(offsets[end] - offsets[begin], 1)
    while document < end:
        rate = np.float32(alpha + (min_alpha - alpha) * (offsets[document] - offsets[begin]) / n_tokens)
        n, document = _fill(codes, offsets, document, end, kept, random, words, first, last)
        for start in range(0, n, block):
            stop = min(start + block, n)
            low, high = max(start - window, 0), min(stop + window, n)
            for q in range(n_drawn):
                targets[1 + q] = draw(random, keep, alias)
                fetch(outputs, targets[1 + q])
            _fetch_words(inputs, outputs, words, low, start, stop, high)
            for p in range(high - low):
                before, after, vector, step = totals[p], totals[p + 1], inputs[words[low + p]], steps[p]
                for k in range(size):
                    after[k] = before[k] + vector[k]
                    step[k] = np.float32(0)
            steps[high - low] = np.float32(0)

            m = 0
            for i in range(start, stop):
                reach = window - (below(random, window) if shrink else 0)
                left, right = max(first[i], i - reach) - low, min(last[i], i + reach + 1) - low
                if right - left < 2:
                    continue
                mean, vector, before, after = means[m], inputs[words[i]], totals[left], totals[right]
                share = np.float32(1) / np.float32(right - left - 1)
                for k in range(size):
                    mean[k] = (after[k] - before[k] - vector[k]) * share
                targets[0] = words[i]
                products(outputs, targets, 1 + n_drawn, mean, error)
                logistic(error, 1 + n_drawn)
                if n_blocks % BLOCKS_PER_LOSS == 0:
                    loss[1] += 1
                    loss[0] += _cost(error[0])
                    cost, n_trained = 0.0, 0  # of negatives; a word is no negative of itself
                    for q in range(1, 1 + n_drawn):
                        if targets[q] != words[i]:
                            cost += _cost(np.float32(1) - error[q])
                            n_trained += 1
                    if n_trained:
                        loss[0] += negative * cost / n_trained
                error[0] = rate - rate * error[0]
                for q in range(1, 1 + n_drawn):
                    error[q] *= -rate * weight if targets[q] != words[i] else np.float32(0)
                    errors[q - 1, m] = error[q]
                centres[m], own[m] = words[i], error[0]
                learnt[:] = np.float32(0)
                add_rows(outputs, targets, 1 + n_drawn, error, learnt)
                begins, ends, here, there = steps[left], steps[right], steps[i - low], steps[i - low + 1]
                for k in range(size):
                    x = learnt[k]
                    begins[k] += x
                    here[k] -= x
                    there[k] += x
                    ends[k] -= x
                m += 1

            for i in range(m):
                add_row(own[i], means[i], outputs[centres[i]])
            for q in range(n_drawn):
                add_rows(means, rows, m, errors[q], outputs[targets[1 + q]])
            learnt[:] = np.float32(0)
            for p in range(high - low):
                step, vector = steps[p], inputs[words[low + p]]
                for k in range(size):
                    learnt[k] += step[k]
                    vector[k] += learnt[k]
            n_blocks += 1
