"""What `python -m training.check_corpus` checks: shape, likeness, language and sizes of the written corpus."""
