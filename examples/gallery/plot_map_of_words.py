"""
Words between "political" and "dangerous"
=========================================

Two words as axes: the coordinates of a word are the cosines of its vector with those of the two. Beside it, the same
words where t-SNE puts them.
"""

import matplotlib.pyplot as plt

from textvec import WordVectors
from textvec.plots import map_words

vectors = WordVectors.pretrained("words")
words = """
    war tea politics attack calm vote army song election weapon party peace danger safe poison law reform music bread
    minister president virus flood earthquake tax budget debate fire coffee garden piano dance
"""
words = words.split()

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 6), layout="constrained")
map_words(vectors, words, projection=("political", "dangerous")).plot(ax=left)
map_words(vectors, words, projection="tsne", clusters=3).plot(ax=right)
plt.show()
