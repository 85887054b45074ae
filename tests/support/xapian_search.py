"""Xapian at work, in a Python that has it: builds databases, or searches several that are served as one.

Standard input is JSON, and so is standard output.
"""

import json
import sys

import xapian


def build(folder, documents):
    """Write a database of documents, each given as its id and its words."""
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE)
    for identity, words in documents:
        document = xapian.Document()
        document.set_data(identity)
        for word in words:
            document.add_term(word)
        database.add_document(document)
    database.commit()
    database.close()


def search(ports, queries, k1, b):
    """Return for each query, a list of words, the ids and BM25 scores of all that holds one of them."""
    database = xapian.Database()
    for port in ports:
        database.add_database(xapian.remote_open("127.0.0.1", port, 10_000, 10_000))
    enquire = xapian.Enquire(database)
    enquire.set_weighting_scheme(xapian.BM25Weight(k1, 0, 0, b, 0))  # k1, k2, k3, b, min_normlen
    found = []
    for words in queries:
        enquire.set_query(xapian.Query(xapian.Query.OP_OR, words))
        hits = enquire.get_mset(0, database.get_doccount())
        found.append([(hit.document.get_data().decode(), hit.weight) for hit in hits])
    return found


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump({"build": build, "search": search}[given.pop("call")](**given), sys.stdout)
