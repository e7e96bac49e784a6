"""The examples we agreed on. Run them as often as you like."""

from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest

from fraud import (
    BadRequest,
    Payment,
    ScoreService,
    best_threshold,
    build_response,
    decide,
    make_endpoint,
    parse_request,
    payments_24h,
    prior_fraud_24h,
    split_balance,
    to_cents,
    training_rows,
)

BODY = {
    "transaction_id": "t-1",
    "card_token": "c-1",
    "currency": "USD",
    "amount": "12.34",
    "requested_at": "2026-03-01T12:00:00+01:00",
}


def hour(h):
    return pd.Timestamp("2026-03-01", tz="UTC") + pd.Timedelta(hours=h)


def table(rows):
    card, ts, label_ts = zip(*rows)
    return pd.DataFrame(
        {
            "card": card,
            "ts": pd.Series(ts, dtype="datetime64[ns, UTC]"),
            "cents": 1000,
            "label_ts": pd.Series(label_ts, dtype="datetime64[ns, UTC]"),
        }
    )


# Requests


@pytest.mark.parametrize(("amount", "cents"), [("12.34", 1234), ("7", 700), ("0.5", 50), ("999999.99", 99999999)])
def test_amounts_become_cents(amount, cents):
    assert to_cents(amount) == cents


@pytest.mark.parametrize("amount", ["0", "0.00", "1.234", "-1", "1e3", "1,00", "", 12, None])
def test_other_amounts_are_refused(amount):
    with pytest.raises(BadRequest):
        to_cents(amount)


def test_a_request_becomes_a_payment():
    noon = datetime(2026, 3, 1, 11, tzinfo=timezone.utc)
    assert parse_request("k-1", BODY) == Payment("k-1", "t-1", "c-1", 1234, noon)


@pytest.mark.parametrize(
    ("key", "change", "field"),
    [
        ("", {}, "Idempotency-Key"),
        ("k" * 65, {}, "Idempotency-Key"),
        ("k", {"card_token": ""}, "card_token"),
        ("k", {"currency": "EUR"}, "currency"),
        ("k", {"amount": "0"}, "amount"),
        ("k", {"requested_at": "2026-03-01T12:00:00"}, "requested_at"),
        ("k", {"requested_at": "yesterday"}, "requested_at"),
    ],
)
def test_a_bad_request_names_the_field(key, change, field):
    with pytest.raises(BadRequest) as caught:
        parse_request(key, BODY | change)
    assert caught.value.field == field


# Features


def test_payments_of_the_last_day():
    tx = table([("a", hour(0), None), ("a", hour(5), None), ("b", hour(5), None), ("a", hour(26), None)])
    assert list(payments_24h(tx)) == [1, 2, 1, 2]


def test_no_fraud_no_count():
    tx = table([("a", hour(0), None), ("a", hour(1), None), ("b", hour(2), None)])
    assert list(prior_fraud_24h(tx)) == [0, 0, 0]


def test_a_fraud_counts_for_a_day_on_its_own_card():
    tx = table([("a", hour(0), hour(1)), ("a", hour(2), None), ("b", hour(2), None), ("a", hour(30), None)])
    assert list(prior_fraud_24h(tx)) == [0, 1, 0, 0]


# Training


def test_old_payments_train_and_fresh_ones_wait():
    day = pd.Timedelta(days=1)
    tx = table(
        [("a", hour(0) - 200 * day, None), ("b", hour(0) - 150 * day, hour(0) - 130 * day), ("c", hour(-1), None)]
    )
    rows = training_rows(tx, hour(0), 120)
    assert list(rows["card"]) == ["a", "b"]
    assert list(rows["y"]) == [0, 1]
    assert "y" not in tx


def test_the_split_balances_the_training_part():
    X = np.arange(400.0).reshape(-1, 1)
    y = (np.arange(400) % 10 == 0).astype(int)
    X_train, X_test, y_train, y_test = split_balance(X, y, seed=1)
    assert len(X_train) == len(y_train) == 540
    assert len(X_test) == len(y_test) == 100
    assert y_train.mean() == 0.5
    assert y_test.mean() == 0.1
    assert not set(X_train.ravel()) & set(X_test.ravel())


# Policy


def test_the_threshold_separates_what_can_be_separated():
    y, p = np.array([0, 0, 1]), np.array([0.1, 0.2, 0.9])
    assert best_threshold(y, p, np.array([5000, 5000, 5000]), 600) == 0.9


def test_without_fraud_nothing_is_declined():
    assert best_threshold(np.array([0, 0]), np.array([0.3, 0.9]), np.array([5000, 5000]), 600) == np.inf


def test_a_cheap_decline_is_worth_it():
    y, p = np.array([1, 0, 0, 1]), np.array([0.2, 0.3, 0.4, 0.9])
    assert best_threshold(y, p, np.array([5000, 5000, 5000, 5000]), 600) == 0.2


@pytest.mark.parametrize(
    ("p", "decision"),
    [(0.0, "approve"), (0.49, "approve"), (0.5, "decline"), (1.0, "decline"), (None, "review"), (1.7, "review"), (-0.1, "review")],
)
def test_decisions(p, decision):
    assert decide(p, 0.5) == decision


# Service


def test_a_key_is_scored_once():
    asked = []
    service = ScoreService(lambda request: asked.append(request) or len(asked))
    assert [service.handle("k", "first"), service.handle("k", "again"), service.handle("l", "other")] == [1, 1, 2]
    assert asked == ["first", "other"]


def test_the_response_follows_the_contract():
    payment = Payment("k-1", "t-1", "c-1", 1234, datetime(2026, 3, 1, 11, tzinfo=timezone.utc))
    assert build_response(payment, "decline", 0.912345, "m-7") == {
        "transaction_id": "t-1",
        "decision": "decline",
        "score": 0.9123,
        "reason": "at_or_above_threshold",
        "model": "m-7",
    }
    assert build_response(payment, "review", None, "m-7")["score"] is None


def test_the_parts_together():
    post = make_endpoint(lambda payment: 0.03, 0.05, "m-7")
    status, answer = post("k-1", BODY)
    assert (status, answer["decision"], answer["score"]) == (200, "approve", 0.03)
    assert post(None, BODY) == (400, {"error": "Idempotency-Key is missing or malformed", "field": "Idempotency-Key"})
