from __future__ import annotations

import pytest

from bot.report.pdf import to_pdf
from bot.report.picture import draw_progress
from handlers.report.compose import compose
from tests.handlers.report.session import an_interview


@pytest.fixture(scope="session", autouse=True)
def press_that_runs() -> None:
    """Have the libraries loaded that take seconds at their first use on a busy machine."""
    content = compose(an_interview().material())
    draw_progress(content.progress * 2)
    to_pdf(content, None)
