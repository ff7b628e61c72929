"""What is measured, and how: docs/operations/performance.md."""
