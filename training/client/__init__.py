"""Training of the embedded client: the material, the tuning of its model, the ranker of replies, their evaluation."""
