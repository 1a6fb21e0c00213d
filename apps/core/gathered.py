"""Questions of many sockets answered together, on one thread that keeps its connection.

A question that is asked while the last ones are being answered waits for the next call: the more
is asked, the more is answered at once. Nothing hops to a thread of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class Overrun(Exception):
    """More was asked than can be answered soon: come again later."""


@cache
def _thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name)


class Gathered(Generic[Ask, Answer]):
    """`answer` gets a list of questions and returns as many answers, in their order.

    It is called once more when the database was away: it must do no harm when called twice. What
    it raises, everybody in the batch gets. With a `pause` in seconds a batch waits for company.
    Kinds of questions that name the same `thread` take turns on it, and share its connection.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Ask]], Sequence[Answer]],
        *,
        thread: str,
        most: int = 128,
        bound: int = 4096,
        pause: float = 0.0,
    ) -> None:
        self._answer = answer
        self._most = most
        self._bound = bound
        self._pause = pause
        self._thread = _thread(thread)
        # One queue per event loop: one in production, one for each test.
        self._loops: dict[asyncio.AbstractEventLoop, _Queue[Ask, Answer]] = {}

    async def ask(self, question: Ask) -> Answer:
        """The answer to one question. Raises Overrun, and what the answering raised."""
        loop = asyncio.get_running_loop()
        waiting = self._loops.get(loop)
        if waiting is None:
            self._forget_closed()
            waiting = self._loops[loop] = _Queue()
        if len(waiting.asked) >= self._bound:
            raise Overrun
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting.asked.append((question, answer))
        if waiting.task is None or waiting.task.done():
            waiting.task = asyncio.create_task(self._run(waiting))
        return await answer

    def _forget_closed(self) -> None:
        for loop in [loop for loop in self._loops if loop.is_closed()]:
            del self._loops[loop]

    async def _run(self, waiting: "_Queue[Ask, Answer]") -> None:
        loop = asyncio.get_running_loop()
        while waiting.asked:
            if self._pause:
                await asyncio.sleep(self._pause)
            count = min(self._most, len(waiting.asked))
            batch = [waiting.asked.popleft() for _ in range(count)]
            questions = [question for question, _answer in batch]
            try:
                answers = await loop.run_in_executor(self._thread, self._call, questions)
            except Exception as error:  # noqa: BLE001 - everybody who waits gets it, whatever it was
                for _question, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_question, answer), found in zip(batch, answers, strict=True):
                if not answer.done():
                    answer.set_result(found)

    def _call(self, questions: Sequence[Ask]) -> Sequence[Answer]:
        try:
            return self._answer(questions)
        except (OperationalError, InterfaceError):
            # The kept connection may be from before a restart of the server.
            connection.close()
            return self._answer(questions)


class _Queue(Generic[Ask, Answer]):
    def __init__(self) -> None:
        self.asked: deque[tuple[Ask, asyncio.Future[Answer]]] = deque()
        self.task: asyncio.Task[None] | None = None
