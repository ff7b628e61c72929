"""A local Stripe for development and tests: `python -m weintl.stripe_standin`.

A program of its own that imports nothing of ours, so it cannot agree with our mistakes. The
`stripe` package is read for its parameter types only. What it does and what it assumes:
docs/operations/stripe-stand-in.md.
"""
