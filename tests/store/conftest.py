"""What several tests of the store begin with."""

from __future__ import annotations

import pytest

from app.store.database import Database
from app.store.tables import PracticeSession
from tests.store import rows


@pytest.fixture
def held(database: Database) -> PracticeSession:
    """A running session of a trainee."""
    trainee = rows.user()
    held = rows.practice(trainee)
    with database.write() as session:
        session.add_all([trainee, rows.version()])
        session.flush()
        session.add(held)
    return held
