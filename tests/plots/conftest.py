import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def _figures():
    """Draw without a display, and close what a test left open: Matplotlib warns of many open figures."""
    pytest.importorskip("matplotlib")
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def apart():
    """Return a function that fails if texts of a drawn figure run into each other."""

    def check(labels):
        labels = [label for label in labels if label.get_text()]
        labels[0].figure.draw_without_rendering()
        boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: (box.x0, box.y0))
        for i, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[i + 1 :])

    return check


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Have scikit-learn use one thread: of so few points, several wait for one another most of the time."""
    with threadpool_limits(1):
        yield
