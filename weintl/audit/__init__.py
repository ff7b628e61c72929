"""The whole ledger for an auditor, without personal data. docs/operations/audit.md."""
