import sqlite3

import pytest

from weintl.stripe_standin.storage import Query, Store


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "inner" / "x.sqlite3")
    yield made
    made.close()


def test_a_transaction_is_whole_or_absent(store):
    with pytest.raises(RuntimeError), store.transaction():
        store.put("charge", {"id": "ch_1", "created": 5})
        with store.transaction():
            store.put("charge", {"id": "ch_2", "created": 5})
        raise RuntimeError
    assert store.counts() == {}


def test_objects_are_found_by_visible_and_hidden_fields(store):
    with store.transaction():
        store.put("charge", {"id": "ch_1", "created": 5, "payment_intent": "pi_1"}, session="cs_1")
        store.put("charge", {"id": "ch_2", "created": 5, "payment_intent": "pi_2"}, session="cs_2")
        store.put("refund", {"id": "re_1", "created": 5, "payment_intent": "pi_1"})
    by_field = store.find(Query("charge", {"payment_intent": "pi_1"}))
    by_hidden = store.find(Query("charge", {"hidden.session": "cs_2"}))
    assert [one.id for one in by_field] == ["ch_1"]
    assert [one.id for one in by_hidden] == ["ch_2"]
    assert [one.id for one in store.find(Query("charge"))] == ["ch_2", "ch_1"]
    assert store.get("refund", "ch_1") is None
    assert store.get("", "ch_1").body["payment_intent"] == "pi_1"


def test_what_was_written_is_there_after_opening_again(tmp_path):
    first = Store(tmp_path / "x.sqlite3")
    with first.transaction():
        first.put("charge", {"id": "ch_1", "created": 5})
        first.set("clock_offset", 7.5)
    second = Store(tmp_path / "x.sqlite3")
    assert second.counts() == {"charge": 1}
    assert second.setting("clock_offset", 0) == 7.5
    first.close()
    second.close()


def test_a_file_of_an_earlier_version_is_opened(tmp_path):
    with sqlite3.connect(tmp_path / "x.sqlite3") as old:
        old.execute(
            "CREATE TABLE timers (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object TEXT NOT "
            "NULL, due_provider REAL NOT NULL, due_true REAL)"
        )
        old.execute("INSERT INTO timers VALUES (1, 'settle_charge', 'ch_1', 5, NULL)")
    old.close()
    for _ in range(2):
        store = Store(tmp_path / "x.sqlite3")
        row = store.execute("SELECT failures, retry_at, error FROM timers")[0]
        assert tuple(row) == (0, 0, "")
        store.close()


def test_a_savepoint_undoes_only_its_own(store):
    with store.transaction():
        store.put("charge", {"id": "ch_1", "created": 5})
        with pytest.raises(RuntimeError), store.savepoint():
            store.put("charge", {"id": "ch_2", "created": 5})
            raise RuntimeError
    assert store.counts() == {"charge": 1}
