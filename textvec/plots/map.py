"""Map: points with their texts, as data, and what shows them: a page, a picture, TensorBoard's projector."""

from __future__ import annotations

import base64
import html
import io
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec._common.html_page import page_or_file
from textvec._common.optional import import_figure, import_pandas
from textvec._common.pictures import KINDS, check_picture, no_warnings_of_glyphs, write_picture
from textvec._common.printable import printable
from textvec.plots._points import Groups

NO_LABEL = "no label"
"""What points without a label are called where the others have one."""
PAGES = (".html", ".htm")
"""How the names of pages end."""


class Map:
    """Points in two dimensions that stand for documents or words: what `map_documents` and `map_words` return.

    Parameters
    ----------
    points : array of shape (n_points, 2)
        The coordinates.
    texts : list of str
        What each point stands for.
    kind : {"documents", "words"}, default="documents"
        What the texts are.
    projection : str or tuple of two str, default="svd"
        What made the points; of two texts, x is the cosine with the first, and y with the second.
    labels : list, optional
        What is known of each, None where nothing is.
    clusters : array of int of shape (n_points,), optional
        The cluster of each.
    cluster_names : sequence of str, default=()
        The name of each cluster.
    neighbors : array of int of shape (n_points, k), optional
        The nearest others of each by their vectors, nearest first, -1 where there are fewer.
    vectors : array or sparse matrix of shape (n_points, n_columns), optional
        What the points were made of, for `to_projector`.

    Attributes
    ----------
    x, y : ndarray of float64 of shape (n_points,)
        The coordinates.

    See Also
    --------
    map_documents : Makes one of documents.
    map_words : Makes one of words.

    Examples
    --------
    >>> from textvec.plots import Map
    >>> small = Map([[0, 1], [2, 0], [2, 1]], ["tea", "moon", "sun"], kind="words", labels=["drink", "star", "star"])
    >>> small
    Map(3 words, projection 'svd', 2 labels)
    >>> len(small), small.x
    (3, array([0., 2., 2.]))
    """

    def __init__(
        self,
        points: Any,
        texts: Sequence[str],
        *,
        kind: str = "documents",
        projection: str | tuple[str, str] = "svd",
        labels: Sequence[Any] | None = None,
        clusters: Any = None,
        cluster_names: Sequence[str] = (),
        neighbors: Any = None,
        vectors: Any = None,
    ) -> None:
        points = np.asarray(points, np.float64).reshape(-1, 2)
        self.texts = list(texts)
        n = len(self.texts)
        if len(points) != n or not n:
            raise ValueError(f"Map: there must be a point for each text, but there are {len(points)} and {n}.")
        if not np.isfinite(points).all():
            raise ValueError("Map: coordinates must be finite numbers.")
        for name, given in {"labels": labels, "clusters": clusters, "neighbors": neighbors}.items():
            if given is not None and len(given) != n:
                raise ValueError(f"Map: there are {n} texts, but {name} for {len(given)}.")
        self.x, self.y = points.T.copy()
        self.kind = kind
        self.projection: str | tuple[str, ...] = projection if isinstance(projection, str) else tuple(projection)
        self.labels = None if labels is None else list(labels)
        self.clusters = None if clusters is None else np.asarray(clusters, np.int64)
        self.cluster_names = list(cluster_names)
        self.neighbors = np.empty((n, 0), np.int64) if neighbors is None else np.asarray(neighbors, np.int64)
        self.vectors = vectors

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        colours = "".join(f", {counted(len(groups.names), groups.title)}" for groups in self._groups())
        what = counted(len(self), self.kind[:-1], self.kind)
        return printable(f"Map({what}, projection {self.projection!r}{colours})")

    def _repr_html_(self) -> str:
        """Return a small picture; without Matplotlib, the text of `repr`."""
        try:
            figure = import_figure("A picture of a map")(figsize=(6, 4.5), layout="constrained")
            self.plot(ax=figure.subplots())
        except ImportError:
            return f"<pre>{html.escape(repr(self))}</pre>"
        picture = io.BytesIO()
        with no_warnings_of_glyphs():
            figure.savefig(picture, format="png", dpi=96)
        data = base64.b64encode(picture.getvalue()).decode()
        return f'<img src="data:image/png;base64,{data}" alt="{html.escape(repr(self))}"/>'

    def _groups(self) -> list[Groups]:
        """Return what points can be coloured by, the first is what they are at first."""
        found = []
        if self.labels is not None:
            shown = [NO_LABEL if label is None else printable(str(label)) for label in self.labels]
            names = [name for name, _ in Counter(shown).most_common()]
            code_of = {name: code for code, name in enumerate(names)}
            found.append(Groups("label", names, np.array([code_of[name] for name in shown], np.int64)))
        if self.clusters is not None:
            names = [printable(name) for name in self.cluster_names]
            names += [f"cluster {code}" for code in range(len(names), int(self.clusters.max()) + 1)]
            found.append(Groups("cluster", names, self.clusters))
        return found

    def to_pandas(self) -> Any:
        """Return the points as a table.

        Returns
        -------
        pandas.DataFrame
            With the columns x, y, text, and label, cluster and cluster_name where there are such.

        Raises
        ------
        ImportError
            If pandas is not installed.

        Examples
        --------
        >>> from textvec.plots import Map
        >>> Map([[0, 1], [2, 0]], ["tea", "moon"], labels=["drink", "star"]).to_pandas()
             x    y  text  label
        0  0.0  1.0   tea  drink
        1  2.0  0.0  moon   star
        """
        columns: dict[str, Any] = {"x": self.x, "y": self.y, "text": self.texts}
        if self.labels is not None:
            columns["label"] = self.labels
        if self.clusters is not None:
            columns["cluster"] = self.clusters
            columns["cluster_name"] = [self._groups()[-1].names[code] for code in self.clusters]
        return import_pandas("Map.to_pandas").DataFrame(columns)

    def plot(self, ax: Any = None, *, color_by: str | None = None, max_labels: int = 100) -> Any:
        """Draw the map with Matplotlib: points in the colours of their groups, and labels that do not overlap.

        Labels are the words of a map of words, the first ones first; on a map of documents, the names of its groups,
        each where its points are.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw. By default on a new figure of pyplot, as scikit-learn's displays do.
        color_by : {"label", "cluster"}, optional
            What colours say. By default the label where there are labels, otherwise the cluster.
        max_labels : int, default=100
            How many words get a label. Those for which there is no place get none.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ImportError
            If Matplotlib or textalloc is not installed.
        ValueError
            If there is nothing to colour by.

        Warns
        -----
        UserWarning
            If the fonts of `matplotlib.rcParams` lack characters of the labels: it names them, and what to do.

        Examples
        --------
        >>> from textvec.plots import Map
        >>> axes = Map([[0, 1], [2, 0]], ["tea", "moon"], kind="words").plot()
        >>> [text.get_text() for text in axes.texts]
        ['tea', 'moon']
        """
        from textvec.plots._map_picture import draw

        return draw(self, ax, self._chosen(color_by), max_labels)

    def _chosen(self, color_by: str | None) -> Groups | None:
        """Return what to colour by."""
        groups = {each.title: each for each in self._groups()}
        if color_by is None:
            return next(iter(groups.values()), None)
        if color_by not in groups:
            has = " and ".join(f"{title}s" for title in groups) or "nothing to colour by"
            raise ValueError(f"Map.plot: color_by is {color_by!r}, but the map has {has}.")
        return groups[color_by]

    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        title: str | None = None,
        max_chars: int | None = None,
    ) -> str | None:
        """Return a page that shows the map in a browser, or write it to a file; it loads nothing from the network.

        Pointing at a point shows its text, a click its neighbours. A box searches; a lasso collects texts, which can be
        saved; groups can be hidden. All of that works by keyboard and on a phone.

        Parameters
        ----------
        path : str or path-like, optional
            Where to write it, whole or not at all.
        title : str, optional
            The heading of the page. By default it says how many documents or words there are.
        max_chars : int, optional
            After how many characters texts are cut. By default they are whole if they have 8 million characters
            together, otherwise cut after as many as each can have of these: 160 of 50,000 documents.

        Returns
        -------
        str or None
            The page, unless it is written to a file.

        Raises
        ------
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> from textvec.plots import Map
        >>> Map([[0, 1], [2, 0]], ["tea", "moon"]).to_html("map.html")  # doctest: +SKIP
        """
        from textvec.plots._map_page import rendered

        return page_or_file(rendered(self, self._groups(), title, max_chars), path)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the map to a file whose kind its name tells: a page, or a picture.

        Parameters
        ----------
        path : str or path-like
            .html is what `to_html` writes; .png, .svg and .pdf are pictures of `plot`.

        Raises
        ------
        ValueError
            If the name ends otherwise.
        ImportError
            If Matplotlib or textalloc is not installed, and a picture is asked for.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> from textvec.plots import Map
        >>> Map([[0, 1], [2, 0]], ["tea", "moon"]).save("map.txt")
        Traceback (most recent call last):
        ValueError: The name of a map ends with .html, .png, .svg or .pdf, which tells its kind, but it is 'map.txt'.
        """
        path = Path(path)
        check_name(path)
        if path.suffix.lower() in PAGES:
            self.to_html(path)
            return
        figure = import_figure("Map.save")(figsize=(10, 7.5), layout="constrained")
        self.plot(ax=figure.subplots())
        write_picture(figure, path)

    def to_projector(self, folder: str | os.PathLike[str]) -> None:
        """Write the vectors as TensorBoard's Embedding Projector reads them.

        Parameters
        ----------
        folder : str or path-like
            Gets tensors.tsv (a vector in each line), metadata.tsv (text, label, cluster) and projector_config.pbtxt,
            by which ``tensorboard --logdir FOLDER`` finds the two. projector.tensorflow.org loads the two themselves.
            The folder is made if it is not there. Sparse vectors are written as their first 50 components.

        Raises
        ------
        ValueError
            If the map was made without vectors.
        OSError
            If the files cannot be written.

        Examples
        --------
        >>> from textvec.plots import map_documents
        >>> map_documents(["red apple", "red car"]).to_projector("projector")  # doctest: +SKIP
        """
        from textvec.plots._projector import write

        write(self, self._groups(), Path(folder))


def check_name(path: Path) -> None:
    """Raise an error unless the name is that of a map that can be written."""
    if path.suffix.lower() in PAGES:
        return
    try:
        check_picture(path)
    except ValueError:
        *first, last = (PAGES[0], *KINDS)
        raise ValueError(
            f"The name of a map ends with {', '.join(first)} or {last}, which tells its kind, but it is {path.name!r}."
        ) from None
