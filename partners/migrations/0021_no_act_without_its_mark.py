"""In SQL too: rules begin ahead, payouts take what is due, and no act lacks its entry."""

from django.db import migrations, models

# An approval freezes what was drafted. A rule may begin in the past only where nothing was sold
# since: else it would stand for sales that were shared by another.
RULES = """
CREATE FUNCTION partners_guard_rule_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_it_was partners_splitrule;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        as_it_was := NEW;
        as_it_was.effective := OLD.effective;
        as_it_was.approved_at := NULL;
        as_it_was.approved_by_id := NULL;
        as_it_was.is_single_handed := OLD.is_single_handed;
        IF as_it_was IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'Split rule % is not changed while it is approved.', OLD.id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF coalesce(lower(NEW.effective), '-infinity') < now() AND EXISTS (
        SELECT FROM partners_account a
        JOIN partners_transfer t ON t.credit_id = a.id
            AND t.occurred_at >= coalesce(lower(NEW.effective), '-infinity')
        JOIN partners_entry e ON e.id = t.entry_id AND e.kind = 'unit_split'
        WHERE a.programme_id = NEW.programme_id AND a.kind IN ('maker_payable', 'fund')
    ) THEN
        RAISE EXCEPTION 'Split rule % begins before sales that were shared without it.', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_guard_approval BEFORE UPDATE ON partners_splitrule
    FOR EACH ROW WHEN (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL)
    EXECUTE FUNCTION partners_guard_rule_approval();
CREATE TRIGGER partners_guard_approved BEFORE INSERT ON partners_splitrule
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL)
    EXECUTE FUNCTION partners_guard_rule_approval();

CREATE FUNCTION partners_keep_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Split rule % has an author.', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER partners_keep_author BEFORE UPDATE OF created_by_id ON partners_splitrule
    FOR EACH ROW WHEN (OLD.created_by_id IS NOT NULL AND NEW.created_by_id IS NULL)
    EXECUTE FUNCTION partners_keep_author();
CREATE TRIGGER partners_stay BEFORE DELETE OR TRUNCATE ON partners_historicalsplitrule
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
RULES_REVERSE = """
DROP TRIGGER partners_stay ON partners_historicalsplitrule;
DROP TRIGGER partners_keep_author ON partners_splitrule;
DROP FUNCTION partners_keep_author();
DROP TRIGGER partners_guard_approved ON partners_splitrule;
DROP TRIGGER partners_guard_approval ON partners_splitrule;
DROP FUNCTION partners_guard_rule_approval();
"""

# The same as partners/available.py: a credit once it has matured, a debit at once, nothing that
# a payout wrote itself. Once for all rows of a statement.
ITEMS = """
CREATE FUNCTION partners_added_items_are_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_items i
        JOIN partners_payout p ON p.id = i.payout_id
        JOIN partners_transfer t ON t.id = i.transfer_id
        JOIN partners_entry e ON e.id = t.entry_id
        JOIN partners_account a ON a.id = i.account_id
        LEFT JOIN partners_maturity m ON m.entry_id = e.id AND m.kind = a.kind
        WHERE t.occurred_at >= p.cut_off
            OR e.kind IN ('payout_approved', 'payout_failed', 'payout_returned')
            OR i.amount > 0 AND coalesce(m.matures_at, 'infinity') >= p.cut_off
    ) THEN
        RAISE EXCEPTION 'A payout takes what has matured before its cut-off only.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_added_items_are_due AFTER INSERT ON partners_payoutitem
    REFERENCING NEW TABLE AS new_items
    FOR EACH STATEMENT EXECUTE FUNCTION partners_added_items_are_due();
"""
ITEMS_REVERSE = """
DROP TRIGGER partners_added_items_are_due ON partners_payoutitem;
DROP FUNCTION partners_added_items_are_due();
"""

PAYOUTS = """
CREATE FUNCTION partners_keep_submitter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Who submitted payout % does not change.', OLD.number
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER partners_keep_submitter BEFORE UPDATE OF submitted_by_id, submitted_at
    ON partners_payout FOR EACH ROW
    WHEN (OLD.state = 'submitted' AND (NEW.submitted_by_id, NEW.submitted_at)
        IS DISTINCT FROM (OLD.submitted_by_id, OLD.submitted_at))
    EXECUTE FUNCTION partners_keep_submitter();

-- What a step writes elsewhere is there at the end of its transaction.
CREATE FUNCTION partners_payout_left_its_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (CASE WHEN NEW.state = 'exported'
        THEN EXISTS (SELECT FROM partners_bankfilepayout WHERE payout_id = NEW.id)
        ELSE EXISTS (
            SELECT FROM partners_entry
            WHERE source_key = 'payout/' || NEW.number || '/' || NEW.state
        ) AND (NEW.state <> 'paid'
            OR EXISTS (SELECT FROM partners_statement WHERE payout_id = NEW.id))
        END)
    THEN
        RAISE EXCEPTION 'Payout % is % without what belongs to it.', NEW.number, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER partners_left_its_mark AFTER UPDATE OF state ON partners_payout
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NEW.state NOT IN ('draft', 'submitted', 'dropped'))
    EXECUTE FUNCTION partners_payout_left_its_mark();
"""
PAYOUTS_REVERSE = """
DROP TRIGGER partners_left_its_mark ON partners_payout;
DROP FUNCTION partners_payout_left_its_mark();
DROP TRIGGER partners_keep_submitter ON partners_payout;
DROP FUNCTION partners_keep_submitter();
"""

PROPOSALS = """
CREATE FUNCTION partners_propose_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row of % is proposed first, then approved.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER partners_propose_first BEFORE INSERT ON partners_bankdetails
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL) EXECUTE FUNCTION partners_propose_first();
CREATE TRIGGER partners_propose_first BEFORE INSERT ON partners_allocation
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL) EXECUTE FUNCTION partners_propose_first();

CREATE FUNCTION partners_keep_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Allocation % is as it was proposed: withdraw it, or approve it.', OLD.id
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER partners_keep_proposal BEFORE UPDATE ON partners_allocation
    FOR EACH ROW WHEN ((NEW.id, NEW.pool, NEW.programme_id, NEW.use, NEW.amount, NEW.currency,
            NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.pool, OLD.programme_id, OLD.use, OLD.amount, OLD.currency,
            OLD.reason, OLD.proposed_by_id, OLD.proposed_at))
    EXECUTE FUNCTION partners_keep_proposal();

CREATE FUNCTION partners_allocation_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_entry WHERE source_key = 'allocation/' || NEW.id || '/approved'
    ) THEN
        RAISE EXCEPTION 'Allocation % is approved and its money has not moved.', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER partners_moved AFTER UPDATE OF approved_at ON partners_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL)
    EXECUTE FUNCTION partners_allocation_moved();
"""
PROPOSALS_REVERSE = """
DROP TRIGGER partners_moved ON partners_allocation;
DROP FUNCTION partners_allocation_moved();
DROP TRIGGER partners_keep_proposal ON partners_allocation;
DROP FUNCTION partners_keep_proposal();
DROP TRIGGER partners_propose_first ON partners_allocation;
DROP TRIGGER partners_propose_first ON partners_bankdetails;
DROP FUNCTION partners_propose_first();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0020_closing_needs_whole_books")]

    operations = [
        migrations.RunSQL(RULES, RULES_REVERSE),
        migrations.RunSQL(ITEMS, ITEMS_REVERSE),
        migrations.RunSQL(PAYOUTS, PAYOUTS_REVERSE),
        migrations.RunSQL(PROPOSALS, PROPOSALS_REVERSE),
        migrations.AddConstraint(
            "payout",
            models.CheckConstraint(
                condition=models.Q(cut_off__lte=models.F("proposed_at")),
                name="payout_cut_off_is_past",
            ),
        ),
        migrations.AddConstraint(
            "bankdetails",
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True)
                | models.Q(approved_at__gte=models.F("proposed_at")),
                name="bank_details_proposed_first",
            ),
        ),
    ]
