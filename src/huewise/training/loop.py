"""The training loop: one visible page, the same on CPU and CUDA, resumable.

A checkpoint holds weights, their moving average, optimizer and progress; `weights_only` loading, no pickle of code. The
log is JSON lines (`log.jsonl`). Several processes can train one run (`company.py`).
"""

import json
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from huewise.errors import ModelError
from huewise.training import company
from huewise.training.recipe import Phase, Recipe

LOG_EVERY = 50  # steps

Step = Callable[[Any], dict[str, Tensor]]  # a batch -> losses by name; "loss" is minimized


class Run:
    """A recipe under way: network, average, place in the phases; saved every `every` seconds."""

    def __init__(self, recipe: Recipe, network: nn.Module, folder: Path, *, every: float = 120.0) -> None:
        self.recipe, self.network, self.folder, self.every = recipe, network, folder, every
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.phase_index, self.spent, self.n_step, self.first_step = 0, 0.0, 0, 0
        self.optimizer_state: dict[str, Any] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept."""
        return self.folder / "run.pt"

    @property
    def seed(self) -> list[int]:
        """Of what is drawn from here on: another one in each process, phase and place in it."""
        return [self.recipe.seed, company.rank(), self.phase_index, self.n_step]

    def resume(self) -> bool:
        """Go on where a checkpoint left off, if there is one."""
        if not self.checkpoint.exists():
            return False
        kept = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        try:
            self.network.load_state_dict(kept["network"])
        except RuntimeError as error:
            raise ModelError(
                f"{self.checkpoint}, a run of another network",
                "one of this version's",
                "move its folder away",
            ) from error
        self.average = kept["average"]
        self.phase_index, self.spent, self.n_step = kept["phase"], kept["spent"], kept["n_step"]
        self.first_step = kept.get("first_step", 0)  # earlier checkpoints do not know it
        self.optimizer_state = kept["optimizer"]
        return True

    def phases(self) -> Iterator[Phase]:
        """The recipe's phases that are left, resuming what was kept; afterwards the network has the averaged weights.

        Each is to be trained before the next one is asked for.
        """
        self.resume()
        while self.phase_index < len(self.recipe.phases):
            yield self.recipe.phases[self.phase_index]
        self.network.load_state_dict(self.average)

    def save(self, optimizer: torch.optim.Optimizer | None) -> None:
        """Write the checkpoint whole or not at all; between phases there is no optimizer."""
        if company.rank():
            return
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": optimizer.state_dict() if optimizer else None,
            "phase": self.phase_index,
            "spent": self.spent,
            "n_step": self.n_step,
            "first_step": self.first_step,
        }
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.checkpoint)

    def train(
        self,
        phase: Phase,
        parameters: list[nn.Parameter],
        data: Iterator[Any],
        step: Step,
        *,
        turns: int = 1,
    ) -> None:
        """Run one phase to its end, counting time, not steps: a slower machine trains less, not longer.

        `turns`: how often `data` brings each picture in a row of steps, for the log's pictures a second.
        """
        optimizer = torch.optim.AdamW(parameters, lr=phase.rate, weight_decay=self.recipe.weight_decay)
        if self.optimizer_state:
            optimizer.load_state_dict(self.optimizer_state)
            self.optimizer_state = None
        bfloat16 = computes_bfloat16(self.device)
        n_since, sums = 0, dict[str, float]()
        tick = since = saved = time.monotonic()
        with whole_steps() as stop:
            while not self._is_over(phase):
                for group in optimizer.param_groups:
                    group["lr"] = phase.rate * self._schedule(phase)
                with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=bfloat16):
                    losses = step(next(data))
                optimizer.zero_grad(set_to_none=True)
                losses["loss"].backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(parameters, 1.0)
                optimizer.step()
                self._average()
                self.n_step += 1
                n_since += 1
                for name, value in losses.items():
                    sums[name] = sums.get(name, 0.0) + float(value.detach())
                now = time.monotonic()
                self.spent, tick = self.spent + now - tick, now
                if self._is_met:
                    self._meet(parameters)
                if n_since == LOG_EVERY:
                    means = {name: value / n_since for name, value in sums.items()}
                    self._log(phase, means, company.size() * n_since * phase.batch / turns / (now - since))
                    n_since, since, sums = 0, now, {}
                if now - saved > self.every:
                    self.save(optimizer)
                    saved = now
                if stop.is_set():
                    self.save(optimizer)
                    raise KeyboardInterrupt
        self.phase_index, self.spent, self.first_step = self.phase_index + 1, 0.0, self.n_step
        if company.size() > 1:
            company.take_mean(_floating(self.average.values()))
        self.save(None)

    @property
    def _is_met(self) -> bool:
        return company.size() > 1 and self.n_step % company.STEPS_ALONE == 0

    def _is_over(self, phase: Phase) -> bool:
        """By time or step; in company only where the processes have just met, so that none waits for one that left."""
        over = self.spent >= phase.minutes * 60.0 or 0 < phase.until_step <= self.n_step
        return over and (company.size() == 1 or self._is_met)

    def _meet(self, parameters: list[nn.Parameter]) -> None:
        """Weights, the statistics beside them and the time spent become their means over the processes."""
        spent = torch.tensor(self.spent)
        company.take_mean([*parameters, *_floating(self.network.buffers()), spent])
        self.spent = float(spent)

    def _schedule(self, phase: Phase) -> float:
        return (
            schedule(self.spent / (phase.minutes * 60.0), phase.warmup) if phase.schedule == "cosine" else 1.0
        )

    @torch.no_grad()
    def _average(self) -> None:
        """Each phase's begins anew: what it trains may have been anything before, a counted statistic above all."""
        n = self.n_step - self.first_step
        decay = min(self.recipe.ema, (1 + n) / (10 + n))
        for name, value in self.network.state_dict().items():
            if value.dtype.is_floating_point:
                self.average[name].lerp_(value, 1.0 - decay)
            else:
                self.average[name].copy_(value)

    def _log(self, phase: Phase, means: dict[str, float], rate: float) -> None:
        """A line of the log: losses of the first process, pictures a second of all together."""
        if company.rank():
            return
        left = phase.minutes - self.spent / 60.0
        row = {
            "step": self.n_step,
            "phase": phase.name,
            "minutes_left": round(left, 1),
            "per_second": round(rate, 1),
        }
        row |= {name: round(value, 5) for name, value in means.items()}
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        if sys.stderr.isatty():
            print("  ".join(f"{key} {value}" for key, value in row.items()), file=sys.stderr, flush=True)


@contextmanager
def whole_steps() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets in place of an interruption at any moment, so that a step's work can be kept.

    In company, or beside the main thread, all is as ever.
    """
    stop = threading.Event()
    if company.size() > 1 or threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _floating(values: Iterable[Tensor]) -> list[Tensor]:
    return [value for value in values if value.dtype.is_floating_point]


def computes_bfloat16(device: torch.device) -> bool:
    """Whether the machine itself calculates in bfloat16: torch also emulates it, four times slower than float32."""
    can = torch.cpu.get_capabilities()
    return device.type == "cuda" or bool(can.get("avx512_bf16") or can.get("amx_bf16") or can.get("bf16"))


def schedule(progress: float, warmup: float) -> float:
    """Rate factor at 0..1 of a phase: linear warm-up, then half a cosine down to a hundredth."""
    if progress < warmup:
        return max(progress / warmup, 0.02)
    turn = (progress - warmup) / (1.0 - warmup)
    return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * min(turn, 1.0)))
