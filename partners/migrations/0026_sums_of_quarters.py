"""Sums of quarters are kept as transfers come in: public totals need not read them all."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# Of a transfer each side on makers' and funds' accounts; what goes to a payout was attributed
# before. `{transfers}` is a table or the rows of one statement. Pieces of before the payment stood
# beside them were sold together in one transaction.
SUMS = """
    INSERT INTO partners_attributed (account_id, quarter, amount, payments)
    SELECT side.account_id, date_trunc('quarter', side.accounted_on::timestamp)::date,
        sum(side.amount)::bigint,
        coalesce((array_agg(DISTINCT
            coalesce(e.meta ->> 'payment', 'transaction ' || e.transaction_id)
        ) FILTER (WHERE side.amount > 0 AND e.kind IN ('sale', 'unit_split', 'gift')))[:20], '{{}}')
    FROM (
        SELECT credit_id AS account_id, debit_id AS other_id, amount, accounted_on, entry_id
        FROM {transfers}
        UNION ALL
        SELECT debit_id, credit_id, -amount, accounted_on, entry_id FROM {transfers}
    ) side
    JOIN partners_account a ON a.id = side.account_id AND a.kind IN ('maker_payable', 'fund')
    JOIN partners_account o ON o.id = side.other_id AND o.kind <> 'payout_transit'
    JOIN partners_entry e ON e.id = side.entry_id
    GROUP BY 1, 2
    ON CONFLICT (account_id, quarter) DO UPDATE SET
        amount = partners_attributed.amount + EXCLUDED.amount,
        payments = CASE
            WHEN cardinality(partners_attributed.payments) >= 20 THEN partners_attributed.payments
            ELSE ARRAY(
                SELECT DISTINCT unnest(partners_attributed.payments || EXCLUDED.payments) LIMIT 20
            )
        END
"""
# A trigger of its own, after `ledger_balances` by its name: the accounts are locked by then, so
# two postings never wait for each other here.
KEEP = f"""
{SUMS.format(transfers="partners_transfer")};
CREATE FUNCTION ledger_sum_quarters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {SUMS.format(transfers="new_transfers")};
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_quarters AFTER INSERT ON partners_transfer
    REFERENCING NEW TABLE AS new_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_sum_quarters();

CREATE FUNCTION ledger_guard_quarters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Depth 1 is this trigger, fired by hand; the trigger on transfers makes it 2.
    IF TG_OP IN ('DELETE', 'TRUNCATE') OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Sums of quarters are kept by transfers only.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON partners_attributed
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_quarters();
"""
KEEP_REVERSE = """
DROP TRIGGER ledger_guard ON partners_attributed;
DROP FUNCTION ledger_guard_quarters();
DROP TRIGGER ledger_quarters ON partners_transfer;
DROP FUNCTION ledger_sum_quarters();
"""


class Migration(migrations.Migration):
    """What is shown in public is kept; `verify` recomputes it."""

    dependencies = [("partners", "0025_resealing")]

    operations = [
        migrations.CreateModel(
            name="Attributed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.DateField(verbose_name="first day of the quarter")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                (
                    "payments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        size=None,
                        verbose_name="payments",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributed",
                        to="partners.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "sum of a quarter",
                "verbose_name_plural": "sums of quarters",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "quarter"), name="attributed_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_REVERSE),
    ]
