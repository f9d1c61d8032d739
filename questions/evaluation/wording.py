"""Fixed texts that variants of an answer are made with. All are ours."""

from __future__ import annotations

from typing import Final

# A hundred words that say nothing.
FILLER: Final = (
    "That said, it always depends on the team, the company and the circumstances, and good "
    "communication matters more than anything else. I have seen many projects over the years "
    "where people rushed into things and later regretted it, so taking a step back is valuable. "
    "At the end of the day you want everybody to be happy and aligned, and you want to keep "
    "learning from what happened. There are many ways to look at a topic like this, and "
    "reasonable people may disagree about it, which is good, because different views always "
    "make every discussion richer in the end."
)
# A remark that is different each time it is made.
REMARK: Final = "Remark {n} from that year is that our {n}th meeting took longer than planned."
NOTHING_SAID: Final = ("", " \n\t ", "idk", "🙂🙂 🙂", "\u200b\u200b\u2060", "...", "I don't know")
PERSONAL: Final = (
    "My name is Ada Lovelace, you can reach me at ada.lovelace@example.org or +44 20 7946 0958, "
    "and I live at 12 St James's Square in London."
)
CODE: Final = (
    "```python\nfor row in rows:\n    total += row.value\n    seen.add(row.key)\nprint(total)\n```",
    "def handle(event):\n    key = event['id']\n    cache[key] = load(key)\n    return key\n",
)
# Fluent and about work, but about none of the questions.
FOREIGN: Final = {
    "German": (
        "Ich würde zuerst mit allen Beteiligten sprechen und herausfinden, was sie wirklich "
        "brauchen. Danach schreibe ich auf, was wir wissen und was nicht, und wir entscheiden "
        "gemeinsam, welche Aufgabe als nächste kommt und wer sie übernimmt."
    ),
    "Spanish": (
        "Primero hablaría con todas las personas del equipo para entender lo que necesitan de "
        "verdad. Después escribiría lo que sabemos y lo que no, y entre todos decidiríamos cuál "
        "es la siguiente tarea y quién se encarga de ella."
    ),
    "French": (
        "Je parlerais d'abord avec toutes les personnes de l'équipe pour comprendre ce dont elles "
        "ont vraiment besoin. Ensuite j'écrirais ce que nous savons et ce que nous ne savons pas, "
        "et nous déciderions ensemble de la suite."
    ),
    "Chinese": (
        "我会先和团队里的每个人谈一谈，了解他们真正需要什么。"
        "然后我会写下我们知道的和不知道的，再一起决定下一步做什么，由谁来负责。"
    ),
}
