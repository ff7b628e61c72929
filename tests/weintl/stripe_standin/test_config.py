from pathlib import Path

import pytest

from weintl.stripe_standin import config


def test_the_environment_gives_the_defaults(tmp_path):
    environment = {
        "STRIPE_PORT": "9400",
        "PORT": "9000",
        "DATA_DIR": str(tmp_path),
        "STRIPE_WEBHOOK_SECRET": "whsec_new,whsec_old",
    }
    chosen = config.read([], environment=environment)
    assert (chosen.port, chosen.host) == (9400, "127.0.0.1")
    assert chosen.webhook_url == "http://127.0.0.1:9000/webhooks/stripe/"
    assert chosen.webhook_secret == "whsec_new"
    assert chosen.database == tmp_path / "stripe-standin.sqlite3"


def test_what_is_sold_is_settled_in_its_own_currency():
    assert config.read([], environment={}).settlement_currency == "usd"
    assert config.read([], environment={"BASE_CURRENCY": "JPY"}).settlement_currency == "jpy"


def test_flags_win():
    chosen = config.read(
        ["--port=0", "--webhook-url=", "--retries=1,2.5", "--data-dir=/x"],
        environment={"STRIPE_PORT": "9400", "DATA_DIR": "/y"},
    )
    assert (chosen.port, chosen.webhook_url, chosen.retries) == (0, "", (1.0, 2.5))
    assert chosen.data_dir == Path("/x")


@pytest.mark.parametrize(
    "arguments", [["--host=0.0.0.0"], ["--host=192.168.1.5"], ["--port=x"], ["--port=70000"],
                  ["--retries=soon"], ["--settlement-currency=xyz"]]
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        config.read(arguments, environment={})
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err
