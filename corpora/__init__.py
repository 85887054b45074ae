"""The sample corpora, installed as `textvec.corpora`; read them with `textvec.datasets`."""
