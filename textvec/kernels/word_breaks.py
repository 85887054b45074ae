"""Text cut into words by rules on the classes of characters, which come as tables; see `textvec.text.word_breaks`.

Tested in tests/text/test_word_breaks.py.
"""

from __future__ import annotations

import numba as nb

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.encode import _code_point

_EXTEND = 1  # the class of what belongs to the character before
_NEWLINE = 10  # what is written after each word; no word holds it


@nb.njit(inline="always")
def _end_word(separated, begin, w, has_letter):
    """End the word from begin to w by a newline, or take it back if it has no letter; return where the next begins."""
    if has_letter:
        separated[w] = _NEWLINE
        return w + 1
    return begin


@kernel(
    nb.void(
        ro(nb.uint8), ro(nb.int64), ro(nb.uint8), ro(nb.uint8, 2), ro(nb.int64, 2), nb.int64, nb.int64,
        rw(nb.uint8), rw(nb.int64),
    )
)  # fmt: skip
def separate(text, offsets, classes, joins, bridges, first_of_words, first_of_letters, separated, ends):
    """Write the words of documents, a newline after each, and nothing of what lies between words.

    text, offsets     UTF-8 bytes, and where documents begin in them: n_docs + 1 offsets
    classes           the class of each code point
    joins             joins[a, b]: no word ends between a character of class a and one of class b
    bridges           bridges[a, b]: bits of the classes of which one must follow, for b to stand in a word after a
    first_of_words, first_of_letters  a word may begin with this class and those above; one of these must be in it
    separated         out: the words; twice as long as the documents
    ends              out: where the words of each document end in it
    """
    w = 0
    for d in range(offsets.shape[0] - 1):
        i, end = offsets[d], offsets[d + 1]
        before = 0
        begin = w
        has_letter = False
        while i < end:
            c = nb.int32(text[i])
            after = i + 1
            if c >= 0x80:
                c, after = _code_point(text, i, c)
            kind = nb.int64(classes[c])
            keep = False
            if kind == _EXTEND:
                keep = before != 0
            elif before != 0:
                following = bridges[before, kind]
                if following != 0:
                    j = after
                    while j < end:
                        c = nb.int32(text[j])
                        j += 1
                        if c >= 0x80:
                            c, j = _code_point(text, j - 1, c)
                        if classes[c] != _EXTEND:
                            if (following >> nb.int64(classes[c])) & 1:
                                before = nb.int64(classes[c])
                                keep = True
                            break
                if not keep and joins[before, kind]:
                    before = kind
                    keep = True
            if kind != _EXTEND and not keep:
                if before != 0:
                    w = _end_word(separated, begin, w, has_letter)
                before = 0
                if kind >= first_of_words:
                    before = kind
                    begin = w
                    has_letter = False
                    keep = True
            if keep:
                has_letter = has_letter or kind >= first_of_letters
                for k in range(i, after):
                    separated[w] = text[k]
                    w += 1
            i = after
        if before != 0:
            w = _end_word(separated, begin, w, has_letter)
        ends[d] = w
