from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.retrieval.chroma import ChromaRetriever
from bot.retrieval.chroma_store import collection_name
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.piece import pieces_of
from bot.retrieval.unavailable import EmbedderUnavailable
from questions.ports import RetrievalUnavailable, Vectors
from tests.bot.retrieval.chroma_server import run_chroma
from tests.bot.retrieval.samples import ANSWERS, a_bank, a_question

# A short answer is one piece, beside the prompt and what the question is about.
PIECES = 3 * len(ANSWERS)


class CountingEmbedder(LexicalEmbedder):
    """Word matching that remembers what it embedded, and can fail."""

    def __init__(self, *, name: str = "counting-64") -> None:
        super().__init__(64)
        self._name = name
        self.texts: list[str] = []
        self.fails_after: int | None = None

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: object) -> Vectors:
        assert isinstance(texts, list)
        if self.fails_after is not None and len(self.texts) >= self.fails_after:
            raise EmbedderUnavailable("The embedding endpoint is away.")
        self.texts.extend(texts)
        return super().embed(texts)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_chroma(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def embedder(request: pytest.FixtureRequest) -> CountingEmbedder:
    # A name of its own gives each test collections of its own on the shared server.
    return CountingEmbedder(name=request.node.name)


@pytest.fixture(params=["embedded", "server"])
async def retriever(
    request: pytest.FixtureRequest, tmp_path: Path, embedder: CountingEmbedder
) -> AsyncIterator[ChromaRetriever]:
    url = request.getfixturevalue("server") if request.param == "server" else None
    made = ChromaRetriever(embedder, data_dir=tmp_path, chroma_url=url)
    yield made
    await made.close()


async def test_the_closest_answers_come_first_and_whole(retriever: ChromaRetriever) -> None:
    await retriever.index(a_bank())
    asked = a_question("asked-now", "Something else.")

    first, second = await retriever.related(asked, "put a queue before the workers", limit=2)

    assert first.question_id == "queue-bursts"
    assert first.prompt == "What about queue-bursts?"
    assert first.text == ANSWERS["queue-bursts"]
    assert 1 >= first.similarity > second.similarity >= -1


async def test_the_asked_question_s_own_answer_is_left_out(retriever: ChromaRetriever) -> None:
    bank = a_bank()
    await retriever.index(bank)

    found = await retriever.related(bank[0], bank[0].model_answer, limit=5)

    assert {answer.question_id for answer in found} == {"queue-bursts", "drift-watch"}


async def test_a_question_is_found_by_its_prompt_by_what_it_is_about_and_by_its_answer(
    retriever: ChromaRetriever,
) -> None:
    asks = a_question("okapi-stripes", "Nothing of the sort.").model_copy(
        update={"prompt": "Why is the zebra striped?", "tests": "Knows camouflage."}
    )
    await retriever.index([*a_bank(), asks])

    for text in ("zebra striped", "camouflage", "nothing of the sort"):
        (found,) = await retriever.find(text, limit=1)
        assert (found.question_id, found.text) == ("okapi-stripes", asks.model_answer)


async def test_looking_a_question_up_leaves_nothing_out(retriever: ChromaRetriever) -> None:
    await retriever.index(a_bank())
    await retriever.index([a_question("ours-only", "okapi stripes")], team="team 1")

    (own,) = await retriever.find(a_bank()[0].model_answer, limit=1)
    (ours,) = await retriever.find("okapi stripes", limit=1, team="team 1")

    assert (own.question_id, ours.question_id) == ("cache-first", "ours-only")
    assert own.similarity == pytest.approx(1, abs=1e-5)
    assert "ours-only" not in {a.question_id for a in await retriever.find("okapi", limit=9)}


async def test_a_long_answer_is_found_by_its_last_paragraph_and_once(
    retriever: ChromaRetriever,
) -> None:
    long = "\n\n".join(["filler about many other things " * 24] * 3 + ["zebra giraffe okapi"])
    await retriever.index([*a_bank(), a_question("long-one", long)])

    found = await retriever.related(a_question("x-y", "z"), "okapi and zebra", limit=4)

    assert found[0].question_id == "long-one"
    assert found[0].similarity > 0.5
    assert len({answer.question_id for answer in found}) == len(found) == 4


async def test_an_empty_index_and_an_empty_text_find_nothing(retriever: ChromaRetriever) -> None:
    asked = a_question("asked-now", "Something else.")

    assert await retriever.related(asked, "a queue", limit=3) == ()
    await retriever.index(a_bank())
    assert await retriever.related(asked, " \n ", limit=3) == ()
    assert await retriever.related(asked, "a queue", limit=0) == ()


async def test_an_unchanged_bank_is_not_embedded_again(
    retriever: ChromaRetriever, embedder: CountingEmbedder
) -> None:
    assert await retriever.index(a_bank()) == PIECES
    embedder.texts.clear()

    assert await retriever.index(a_bank()) == 0
    assert embedder.texts == []


async def test_only_what_changed_is_embedded_and_what_went_is_removed(
    retriever: ChromaRetriever, embedder: CountingEmbedder
) -> None:
    await retriever.index(a_bank())
    embedder.texts.clear()
    changed = a_question("cache-first", "Measure first; a giraffe is tall.", version=2)

    assert await retriever.index([changed, a_bank()[1]]) == 3
    assert embedder.texts == [piece.text for piece in pieces_of(changed)]
    assert "Measure first; a giraffe is tall." in embedder.texts
    assert await retriever.count() == 6
    (found, _) = await retriever.related(a_question("x-y", "z"), "tall giraffe", limit=5)
    assert (found.question_id, found.text) == ("cache-first", changed.model_answer)


async def test_an_update_that_broke_off_is_finished_by_the_next(
    retriever: ChromaRetriever, embedder: CountingEmbedder
) -> None:
    many = [a_question(f"question-{n}", f"answer number{n}") for n in range(50)]
    embedder.fails_after = 1
    with pytest.raises(RetrievalUnavailable, match="away"):
        await retriever.index(many)
    done = await retriever.count()
    embedder.fails_after = None

    assert 0 < done < 150
    assert await retriever.index(many) == 150 - done
    assert await retriever.count() == 150


async def test_progress_is_reported_to_the_end(retriever: ChromaRetriever) -> None:
    many = [a_question(f"question-{n}", f"answer number{n}") for n in range(20)]
    seen: list[tuple[int, int]] = []

    await retriever.index(many, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(32, 60), (60, 60)]


async def test_teams_see_the_shipped_bank_and_their_own_but_not_each_other_s(
    retriever: ChromaRetriever,
) -> None:
    await retriever.index(a_bank())
    await retriever.index([a_question("ours-only", "okapi stripes")], team="team 1")
    asked = a_question("asked-now", "Something else.")

    ours = await retriever.related(asked, "okapi stripes queue", limit=9, team="team 1")
    theirs = await retriever.related(asked, "okapi stripes queue", limit=9, team="team 2")

    assert {a.question_id for a in ours} == {*ANSWERS, "ours-only"}
    assert {a.question_id for a in theirs} == set(ANSWERS)


async def test_rebuild_embeds_everything_anew(retriever: ChromaRetriever) -> None:
    await retriever.index(a_bank())

    assert await retriever.rebuild(a_bank()) == PIECES
    assert await retriever.count() == PIECES


async def test_calls_at_once_are_all_answered(retriever: ChromaRetriever) -> None:
    await retriever.index(a_bank())
    asked = a_question("asked-now", "Something else.")
    texts = [f"queue number {n}" for n in range(8)]

    found = await asyncio.gather(*(retriever.related(asked, text, limit=1) for text in texts))

    assert [answers[0].question_id for answers in found] == ["queue-bursts"] * 8


async def test_after_close_it_says_so(retriever: ChromaRetriever) -> None:
    await retriever.close()

    with pytest.raises(RetrievalUnavailable, match="closed"):
        await retriever.count()
    await retriever.close()


async def test_the_index_outlives_the_process_s_use_of_it(tmp_path: Path) -> None:
    for expected in (PIECES, 0):
        retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
        assert await retriever.index(a_bank()) == expected
        await retriever.close()


async def test_embeddings_never_share_a_collection(tmp_path: Path) -> None:
    for dimensions in (64, 128):
        retriever = ChromaRetriever(LexicalEmbedder(dimensions), data_dir=tmp_path)
        assert await retriever.index(a_bank()) == PIECES
        await retriever.close()


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the store's lock until its input ends."""
    program = (
        "import sys; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]): print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "chroma.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield process


async def test_a_store_of_another_process_is_left_alone_until_it_is_free(
    tmp_path: Path, owner: subprocess.Popen[bytes]
) -> None:
    retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
    for work in (retriever.index, retriever.rebuild):
        with pytest.raises(RetrievalUnavailable, match="Another process"):
            await work(a_bank())

    owner.communicate(timeout=20)

    assert await retriever.index(a_bank()) == PIECES
    await retriever.close()


async def test_two_retrievers_of_one_process_do_not_share_a_folder(tmp_path: Path) -> None:
    first = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
    second = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
    await first.index(a_bank())

    with pytest.raises(RetrievalUnavailable, match="Another process"):
        await second.count()
    await first.close()
    assert await second.count() == PIECES
    await second.close()


def _garbage_in_the_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"garbage " * 1000)


def _a_torn_database(folder: Path) -> None:
    database = folder / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:5000] + b"\xff" * 20_000)


def _a_file_for_a_folder(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    folder.write_text("not a folder")


@pytest.mark.parametrize(
    "damage", [_garbage_in_the_database, _a_torn_database, _a_file_for_a_folder]
)
async def test_a_broken_store_is_reported_and_rebuilt(tmp_path: Path, damage: object) -> None:
    before = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
    await before.index(a_bank())
    await before.close()
    assert callable(damage)
    damage(tmp_path / "chroma")
    retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)

    with pytest.raises(RetrievalUnavailable, match="broken; rebuild"):
        await retriever.related(a_bank()[0], "a queue", limit=3)
    assert await retriever.rebuild(a_bank()) == PIECES
    assert len(await retriever.related(a_bank()[0], "a queue", limit=3)) == 2
    await retriever.close()


async def test_an_embedder_that_fails_does_not_cost_the_other_teams_their_index(
    tmp_path: Path,
) -> None:
    embedder = CountingEmbedder()
    retriever = ChromaRetriever(embedder, data_dir=tmp_path)
    await retriever.index(a_bank(), team="team 1")
    embedder.fails_after = 0

    with pytest.raises(RetrievalUnavailable, match="away"):
        await retriever.rebuild(a_bank())
    assert await retriever.count(team="team 1") == PIECES
    await retriever.close()


async def test_a_folder_that_can_t_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path / "file" / "data")

    with pytest.raises(RetrievalUnavailable, match="can't be written"):
        await retriever.count()
    await retriever.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "127.0.0.1:9", "https://127.0.0.1:9"])
async def test_a_server_that_is_away_is_reported(tmp_path: Path, url: str) -> None:
    retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path, chroma_url=url)

    with pytest.raises(RetrievalUnavailable, match="server doesn't answer"):
        await retriever.count()
    await retriever.close()


async def test_the_event_loop_stays_free_while_the_store_opens(tmp_path: Path) -> None:
    retriever = ChromaRetriever(CountingEmbedder(), data_dir=tmp_path)
    turns = 0
    opening = asyncio.create_task(retriever.index(a_bank()))
    while not opening.done():
        turns += 1
        await asyncio.sleep(0)

    assert turns > 10
    await retriever.close()


@pytest.mark.parametrize("team", ["", "T", "Ünïcode & spaces " * 20, "a.b", "--", "shipped"])
def test_collection_names_are_what_chroma_allows_and_all_different(team: str) -> None:
    name = collection_name(team, "minilm-l6-v2")

    assert 3 <= len(name) <= 63
    assert name[0].isalnum()
    assert name[-1].isalnum()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name != collection_name(team + "x", "minilm-l6-v2")
    assert name != collection_name(team, "lexical-1024")


def test_importing_the_retriever_does_not_import_chroma() -> None:
    program = (
        "import sys, bot.retrieval.chroma, bot.retrieval.choose;"
        "print([m for m in ('chromadb', 'openai', 'onnx', 'onnxruntime') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.strip() == "[]"
