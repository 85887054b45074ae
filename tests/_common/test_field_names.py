from textvec._common.field_names import names_beside


def test_no_two_have_one_name():
    own = {"label", "text", "metadata.text"}
    columns = ["metadata.label", "label", "id", "text", "metadata.id", "metadata.metadata.label"]
    fields = names_beside(own, columns)
    assert fields[2] == "id"
    assert fields[4] == "metadata.id"
    assert len({*fields} | own) == len(columns) + len(own)
    assert all(field.endswith(column) for field, column in zip(fields, columns, strict=True))
