"""What is measured of one machine runs, on a little text; its figures are not compared."""

import pytest

from benchmarks import one_machine
from benchmarks.made_text import write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write(folder, 200_000, n_files=2)
    return folder


def test_the_texts_are_read_in_each_of_three_ways(folder):
    texts = list(one_machine.texts(folder))
    assert len(texts) > 100
    assert texts == one_machine.read(folder).to_pylist()
    assert texts == [text for column in one_machine.columns(folder) for text in column.to_pylist()]


@pytest.mark.parametrize("step", one_machine.STEPS)
def test_a_step(step, folder):
    figures = one_machine.STEPS[step](folder)
    assert min(figures.values()) > 0


def test_a_generator_and_a_column_teach_the_same(folder):
    generator, column = (
        one_machine.fit("CountVectorizer", documents, folder)["terms"]
        for documents in (one_machine.texts, one_machine.read)
    )
    assert generator == column


def test_the_table(folder):
    head, _, row = one_machine.table(folder, 0.2, steps=dict([next(iter(one_machine.STEPS.items()))]), n_runs=1)
    assert row.count("|") == head.count("|")
