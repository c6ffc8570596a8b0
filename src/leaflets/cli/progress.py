"""Long work, told to whoever waits: a bar on a terminal, a line every few seconds elsewhere. Always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")
EVERY = 5.0
"""Seconds between lines where nobody looks at a terminal; work that is done earlier says nothing."""


def followed(items: Iterable[T], count: int, label: str) -> Iterator[T]:
    """The items as they come, with word of how many, how fast, and how long still."""
    if count <= 1:
        yield from items
    elif sys.stderr.isatty():
        yield from _bar(items, count, label)
    else:
        yield from _lines(items, count, label)


def _bar(items: Iterable[T], count: int, label: str) -> Iterator[T]:
    began, done = time.monotonic(), 0

    def rate(_item: object) -> str:
        return f"{done / max(time.monotonic() - began, 0.001):.1f}/s"

    with click.progressbar(items, length=count, label=label, file=sys.stderr, item_show_func=rate) as bar:
        for item in bar:
            done += 1
            yield item


def _lines(items: Iterable[T], count: int, label: str) -> Iterator[T]:
    began = last = time.monotonic()
    for done, item in enumerate(items, 1):
        now = time.monotonic()
        if now - last >= EVERY and done < count:
            last, rate = now, done / (now - began)
            click.echo(f"{label}: {done} of {count}, {rate:.1f}/s, {_time((count - done) / rate)} left", err=True)
        yield item


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
