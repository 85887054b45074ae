"""What of a text the fonts of a picture cannot draw: Matplotlib would draw boxes in its place."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from textvec._common.optional import import_matplotlib

_MAX_NAMED = 8  # Characters that a warning names: a text of another script lacks nearly all it has.


def missing_characters(caller: str, texts: Iterable[str]) -> str:
    """Return the characters of texts that none of Matplotlib's fonts of today has.

    Those fonts are the ones of `rcParams["font.family"]`, each of which is asked for what the ones before it lack, as
    Matplotlib does when it draws.

    Parameters
    ----------
    caller : str
        The function that draws, which an error names.
    texts : iterable of str
        What will be drawn. White space is not looked at.

    Returns
    -------
    str
        Each once, in the order of their code points.
    """
    characters = {character for text in texts for character in text if not character.isspace()}
    for path in _font_files(caller):
        if not characters:
            break
        known = import_matplotlib(caller, "font_manager").get_font(path).get_charmap()
        characters = {character for character in characters if ord(character) not in known}
    return "".join(sorted(characters))


def warn_of_missing(caller: str, texts: Iterable[str], stacklevel: int = 3) -> None:
    """Say once which characters of texts will be drawn as boxes, and what to do; nothing if there are none.

    Parameters
    ----------
    caller : str
        The function that draws.
    texts : iterable of str
        What will be drawn.
    stacklevel : int, default=3
        Which line the warning points to: 3 is that which called the function that calls this one.

    Warns
    -----
    UserWarning
        With the characters.
    """
    missing = missing_characters(caller, texts)
    if not missing:
        return
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing[:_MAX_NAMED])
    more = f" and {len(missing) - _MAX_NAMED:,} more" if len(missing) > _MAX_NAMED else ""
    families = import_matplotlib(caller, "font_manager").FontProperties().get_family()
    warnings.warn(
        f"{caller}: the font of the picture ({', '.join(families)}) has no {named}{more}: boxes are drawn in their "
        "place. Name an installed font that has them before you draw, such as "
        f"matplotlib.rcParams['font.family'] = {[*families, 'Noto Sans CJK JP']!r}, or as font.family in a file "
        "matplotlibrc.",
        UserWarning,
        stacklevel=stacklevel,
    )


def _font_files(caller: str) -> list[str]:
    """Return the files of the fonts that text is drawn with, in the order in which they are asked for a character."""
    manager = import_matplotlib(caller, "font_manager")
    files = []
    for family in manager.FontProperties().get_family():
        try:
            files.append(manager.findfont(manager.FontProperties(family=[family]), fallback_to_default=False))
        except ValueError:  # It is not installed, and Matplotlib passes over it as well.
            continue
    return files or [manager.findfont(manager.FontProperties())]
