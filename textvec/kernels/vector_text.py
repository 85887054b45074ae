"""Files of word vectors: decimal numbers to floats, and where words are between binary vectors.

A number whose digits fit into 53 bits, with a power of ten that is exact as a float64, is one exact integer times or
divided by one exact power: a single, correct rounding (Clinger 1990). A longer one is computed to within a few units in
the last place of a float64. That is enough to round it to a narrower type, unless it is next to the middle between two
numbers of that type. Lines with such numbers, and with anything unusual, are marked, and Python reads them.

Tested in tests/embeddings/formats/test_text.py and tests/embeddings/formats/test_binary.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

_NEWLINE, _TAB, _SPACE, _RETURN = 10, 9, 32, 13
_PLUS, _MINUS, _POINT, _ZERO = 43, 45, 46, 48

_POWERS_OF_TEN = np.array([float(f"1e{e}") for e in range(61)])
_NO_DIGITS = np.uint64(0)
_MAX_EXACT_POWER = 22  # 10**22 is the largest power of ten that is a float64 exactly.
_MAX_EXACT_DIGITS = np.uint64(2**53)  # Up to here every integer is a float64 exactly.
_MAX_DIGITS = 19  # Any number of this many digits fits into 64 bits.
# A number that is nearer to the middle between two floats of the wanted type is left to Python. In units in the last
# place of a float64, of which the error of an inexact number is below 4.
_MARGIN_UNITS = 16


@kernel(nb.void(ro(nb.uint8), ro(nb.int64), ro(nb.int64), rw(nb.int64)))
def word_ends(text, begins, ends, stops):
    """Find where the first field of each line ends, at a space or a tab.

    begins, ends      line k is text[begins[k] : ends[k]]
    stops             out: the end of its first field; -1 for a line of white space
    """
    for k in range(begins.shape[0]):
        i, end = begins[k], ends[k]
        while i < end and text[i] != _SPACE and text[i] != _TAB:
            i += 1
        stops[k] = i
        i = begins[k]
        while i < end and (text[i] == _SPACE or text[i] == _TAB or text[i] == _RETURN):
            i += 1
        if i == end:
            stops[k] = -1


@nb.njit(inline="always")
def _number(text, i, end, dropped, least, most):
    """Read the number at text[i]; return the float64, where it ends, and whether it is certain.

    It is not certain if there is no number, or the number is too close to the middle between two of the wanted type;
    for `dropped`, `least` and `most` see `parse`.
    """
    negative = False
    if text[i] == _MINUS:
        negative = True
        i += 1
    elif text[i] == _PLUS:
        i += 1
    digits = np.uint64(0)
    n = np.int64(0)  # significant digits so far
    power = np.int64(0)
    some = False
    while i < end:
        c = np.int64(text[i]) - _ZERO
        if c < 0 or c > 9:
            break
        some = True
        if n < _MAX_DIGITS:
            digits = digits * np.uint64(10) + np.uint64(c)
            n += np.int64(digits != _NO_DIGITS)
        else:
            n += 1
            power += 1
        i += 1
    if i < end and text[i] == _POINT:
        i += 1
        while i < end:
            c = np.int64(text[i]) - _ZERO
            if c < 0 or c > 9:
                break
            some = True
            if n < _MAX_DIGITS:
                digits = digits * np.uint64(10) + np.uint64(c)
                n += np.int64(digits != _NO_DIGITS)
                power -= 1
            else:
                n += 1
            i += 1
    if not some:
        return 0.0, i, False
    if i < end and (text[i] == 101 or text[i] == 69):  # e, E
        i += 1
        down = False
        if i < end and (text[i] == _MINUS or text[i] == _PLUS):
            down = text[i] == _MINUS
            i += 1
        first = i
        exponent = np.int64(0)
        while i < end and text[i] >= _ZERO and text[i] <= _ZERO + 9:
            exponent = exponent * 10 + (np.int64(text[i]) - _ZERO)
            i += 1
            if i - first > 5:
                return 0.0, i, False
        if i == first:
            return 0.0, i, False
        power += -exponent if down else exponent
    value = np.float64(digits)
    if digits == _NO_DIGITS:
        certain = True
    elif digits <= _MAX_EXACT_DIGITS and -_MAX_EXACT_POWER <= power <= _MAX_EXACT_POWER:
        value = value * _POWERS_OF_TEN[power] if power >= 0 else value / _POWERS_OF_TEN[-power]
        certain = True
    elif dropped > 0 and -60 <= power <= 60:
        value = value * _POWERS_OF_TEN[power] if power >= 0 else value / _POWERS_OF_TEN[-power]
        rest = np.float64(value).view(np.int64) & ((np.int64(1) << dropped) - 1)
        certain = least <= value and value <= most and abs(rest - (np.int64(1) << (dropped - 1))) > _MARGIN_UNITS
    else:
        certain = False
    return -value if negative else value, i, certain


@kernel(
    nb.void(
        ro(nb.uint8), ro(nb.int64), ro(nb.int64), nb.int64, nb.float64, nb.float64, rw(nb.float64, 2), rw(nb.boolean)
    )
)  # fmt: skip
def parse(text, begins, ends, dropped, least, most, numbers, odd):
    """Read the numbers of lines.

    begins, ends      the numbers of line k, with white space before each: text[begins[k] : ends[k]]
    dropped           how many more bits the fraction of a float64 has than that of the wanted type
    least, most       the smallest and the largest normal number of that type
    numbers           out: of shape (n_lines, n_dimensions); they round to the right numbers of that type
    odd               out: whether a line holds anything but n_dimensions numbers, or one that is not certain
    """
    n_dimensions = numbers.shape[1]
    for k in range(begins.shape[0]):
        i, end = begins[k], ends[k]
        fine = True
        for d in range(n_dimensions):
            first = i
            while i < end and (text[i] == _SPACE or text[i] == _TAB):
                i += 1
            if i in (first, end):
                fine = False
                break
            value, i, certain = _number(text, i, end, dropped, least, most)
            if not certain:
                fine = False
                break
            numbers[k, d] = value
        while i < end and (text[i] == _SPACE or text[i] == _TAB or text[i] == _RETURN):
            i += 1
        odd[k] = not fine or i < end


@kernel(nb.int64(ro(nb.uint8), nb.int64, rw(nb.int64), rw(nb.int64)))
def binary_words(data, n_bytes, begins, stops):
    """Find the words between binary vectors: for each word maybe newlines, then it, a space, the bytes of its vector.

    n_bytes           how many bytes a vector has
    begins, stops     out: word k is data[begins[k] : stops[k]]

    Returns the number of words whose vectors are in the data as a whole, at most the length of begins.
    """
    i, size = np.int64(0), data.shape[0]
    for k in range(begins.shape[0]):
        while i < size and data[i] == _NEWLINE:
            i += 1
        begins[k] = i
        while i < size and data[i] != _SPACE:
            i += 1
        stops[k] = i
        i += 1 + n_bytes
        if i > size:
            return k
    return begins.shape[0]


@kernel(nb.void(ro(nb.uint8), ro(nb.int64), rw(nb.uint8, 2)))
def gather(data, begins, rows):
    """Copy to rows[k] the bytes that begin at data[begins[k]]."""
    for k in range(begins.shape[0]):
        row = rows[k]
        source = data[begins[k] : begins[k] + row.shape[0]]
        for j in range(row.shape[0]):
            row[j] = source[j]
