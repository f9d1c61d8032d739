"""Material in the shapes that people bring, in our own words."""

from __future__ import annotations

import json
import re

from questions.importers.card import Card
from questions.importers.read import FileRead, read_file
from questions.importers.source import File

REPOSITORY_FILE = """\
# ML Engineer Interview Question

## Topic: Warm Starts & Caching

---

### Question

> Your nightly training run takes nine hours, and most of it is reading data. What do you do?

---

### Answer

I would **measure before I cut**—nine hours hide more than one cause.

#### Step 1: Where the time goes

Profile one epoch:

| Part | Minutes |
|------|---------|
| Reading | 320 |
| Training | 200 |

```
reader → cache → trainer
# a comment, not a heading
```

#### Solution

- **Cache**: keep decoded shards on local disks
- **Prefetch**: read the next shard while this one trains

---

### How I'd Know It Worked

The readers wait less than 5% of the time.

---

### What This Question Tests

- Profiling before optimising
- Knowing what storage costs
"""

PAGE = """\
AB
ABHacks
System DesignAdvancedGeneric

How do you shard a vector index?

AI Retrieval Systems Engineer

Overview

An index outgrows one machine sooner than its documents do.

Interview Question:

How do you shard a vector index?

Expert Answer:

Split by document, ask every shard, merge the best.

  1. Route: keep a tenant on one shard.

  2. Merge: re-rank what comes back.

Speaking Blueprint (3-Minute Verbal Response):

Hook: "An index that fits today won't in a year."

Core Execution: "First I would measure growth.

  • Then split by tenant.

Finally I would rehearse losing a shard."

Punchline: "Shards are easy to make and hard to undo, so I make few."

Continue Learning: Up Next"""

TRANSCRIPT = """\
Interview Transcript
============================================================
Candidate: Dr. Vera Lind
Quality Profile: good
Position: Data Scientist
Total Turns: 6
============================================================

AI Recruiter: Hello! I'm with Nordwind. Can you start by telling me a bit about yourself?

Candidate: "I'm Vera Lind. I admire [mention a specific product of theirs]."

AI Recruiter: That's great, Dr. Lind. It's impressive that your churn model saved two million. \
Could you elaborate on how you measured that saving?

Candidate: "We held out a tenth of the customers.

Their churn stayed at 8%, the others' fell to 5%."

AI Recruiter: Very clear, thank you.

Now, let's dive into technical topics.

How would you choose the sample size of an A/B test?

Candidate: "From the smallest effect worth having, 80% power and 5% alpha."

AI Recruiter: tool_code
print(default_api.fetch_profile(name = "Vera Lind"))

Candidate: "As I said, power first."

AI Recruiter: Great. Here's another question for you: When does a holdout mislead you?

Candidate: "When treated customers talk to untreated ones: interference."

AI Recruiter: Excellent answer. Before we wrap up, do you have any questions for me?

Candidate: "How large is the team? And what do you measure?"

AI Recruiter: Nine people. We measure retention. Any other questions I can help with?

Candidate: "No."

============================================================
EVALUATION REPORT
============================================================
Evaluation:
1. Project / Experience Question:
   Score: 5/5
   Justification: Measured the saving with a holdout of customers and clear churn figures.

2. Technical Questions:
   Q1:
   Score: 4/5
   Justification: Named power and alpha for the sample size of an A/B test.

   Q2:
   Score: 2.5/5
   Justification: Interference was named, and not what to do about it.

============================================================
HR REPORT
============================================================
### Overall

Proceed.
"""

GUIDE = """\
NLP Engineer
An NLP Engineer teaches machines to read …
Skill Guide
Choosing a tokenizer and knowing what it costs.
Scenario
You get texts in nine languages and one tokenizer made for English.
Scenario
A customer's part numbers fall into twelve pieces each.
SentencePiece is what most teams use. Fertility is its standard measure.
Answer Strategy
The interviewer is assessing your ability to reason about cost per language. Be concrete. \
Sample answer: 'I'd count tokens per word for each language. Then I'd retrain.'
Answer Strategy
This tests your understanding of vocabularies. Sample answer: 'Part numbers deserve rules.'
2 careers found
Try a different search term."""


def dump(files: dict[str, str], *, in_rows: bool = False) -> str:
    """A repository as JSON, also as it looks pasted into a table."""
    entries = {
        path: {"content": text, "size": len(text), "language": "markdown"}
        for path, text in files.items()
    }
    value = {"repository_url": "https://example.org/q.git", "name": "q.git", "files": entries}
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return re.sub(r"(?m)^\s*(.*)$", r"| \1 |", text) if in_rows else text


def as_iso_8859_7(text: str) -> str:
    """Text as UTF-8 looks that was read as Greek and lost its control characters."""
    wrong = text.encode().decode("iso-8859-7", errors="ignore")
    kept = (ch for ch in wrong if ch == "\x85" or not "\x80" <= ch <= "\x9f")
    return "".join(kept).replace("\x85", "\n")


def read(text: str | bytes, name: str = "material.txt") -> FileRead:
    data = text if isinstance(text, bytes) else text.encode()
    return read_file(File(name=name, data=data))


def cards(text: str | bytes, name: str = "material.txt") -> list[Card]:
    """The cards of a text in which nothing is wrong."""
    found = read(text, name)
    assert not found.problems
    return [card for one in found.texts for card in one.reading.cards]
