"""Killed workers and drivers: the same digest, nothing half written, only the rest done again.

The processes are those that the test started. Dask and Ray run where they are installed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from polars_rating.files import rate_files
from tests.files.conftest import N_FILES, digest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

ENGINES = [
    "local",
    pytest.param("dask", marks=pytest.mark.skipif(not find_spec("distributed"), reason="no Dask")),
    pytest.param("ray", marks=pytest.mark.skipif(not find_spec("ray"), reason="no Ray")),
]
WORKER = {
    "local": "polars_rating.files.worker",
    "dask": "multiprocessing.spawn",
    "ray": "ray::run_plain",
}
"""What the command line of a worker has."""
TOLD = ("split", "rate", "skipped")
PROGRAM = """
import sys
from polars_rating import DropoutConfig, RatingConfig
from polars_rating.files import rate_files

def over(record, done, total):
    print(record.task.kind, record.task.index, record.error, flush=True)

if __name__ == "__main__":
    source, out, engine, partitioned, workers = sys.argv[1:]
    config = RatingConfig(dropout=DropoutConfig(n_runs=20_000))
    rated = rate_files(source, out, engine=engine, workers=int(workers), config=config,
                       partitioned=partitioned == "yes", progress=over)
    print("skipped", rated.skipped)
"""
"""Replays enough for a task to take some tenths of a second."""


class Driver:
    """A process that rates files with two workers."""

    def __init__(self, source: Path, out: Path, engine: str, *, partitioned: bool = True) -> None:
        self.out = out
        self._worker = WORKER[engine]
        how = "yes" if partitioned else "no"
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(source), str(out), engine, how, "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> Iterator[str]:
        assert self.process.stdout is not None
        every = iter(self.process.stdout.readline, "")
        return (line for line in every if line.startswith(TOLD))  # Ray tells of deaths there

    def parts(self) -> int:
        return len(list(self.out.glob("parts/part-*")))

    def wait_for(self, parts: int) -> None:
        """Wait until some outputs are there."""
        end = time.monotonic() + 120
        while self.parts() < parts:
            assert time.monotonic() < end
            assert self.process.poll() is None
            time.sleep(0.01)

    def workers(self) -> list[psutil.Process]:
        """Return the workers that compute."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        named = [child for child in children if self._worker in " ".join(child.cmdline())]
        return sorted(named, key=lambda child: -sum(child.cpu_times()[:2]))

    def busiest(self) -> psutil.Process:
        """Wait for a worker that computes: between two tasks Ray's have another name."""
        end = time.monotonic() + 60
        while not (workers := self.workers()):
            assert time.monotonic() < end
            time.sleep(0.005)
        return workers[0]

    def end(self) -> None:
        """Kill the driver and what it started, however it ended."""
        try:
            left = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            left = []
        for process in left:
            process.kill()
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def undisturbed(whole: Path, spread: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("undisturbed")
    digests = set()
    for source, how in ((whole, True), (spread, False)):
        driver = Driver(source, out / str(how), "local", partitioned=how)
        assert list(driver.lines())[-1] == "skipped 0\n"
        driver.end()
        digests.add(digest(out / str(how) / "ranking.parquet"))
    (only,) = digests
    return only


def assert_clean(out: Path) -> None:
    assert not list(out.rglob(".tmp-*"))
    assert not (out / "work").exists()
    assert len(list((out / "parts").iterdir())) == N_FILES


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_worker_changes_nothing(
    engine: str, whole: Path, undisturbed: str, tmp_path: Path
) -> None:
    driver = Driver(whole, tmp_path / "out", engine)
    try:
        driver.wait_for(3)
        busiest = driver.busiest()
        threads = busiest.environ()["POLARS_MAX_THREADS"]
        busiest.kill()
        lines = list(driver.lines())
    finally:
        driver.end()
    assert threads == str(max(1, len(os.sched_getaffinity(0)) // 2))
    assert lines[-1] == "skipped 0\n"
    assert len(lines) == N_FILES + 1
    assert {line.split(maxsplit=2)[2:] == [] for line in lines[:-1]} == {True}  # no error
    assert digest(tmp_path / "out" / "ranking.parquet") == undisturbed
    assert_clean(tmp_path / "out")


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_driver_is_taken_up_again(
    engine: str, whole: Path, undisturbed: str, tmp_path: Path
) -> None:
    driver = Driver(whole, tmp_path / "out", engine)
    driver.wait_for(6)
    workers = driver.workers()
    driver.process.kill()
    driver.process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []
    done = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out/parts").glob("part-*")}
    assert 6 <= len(done) < N_FILES
    second = Driver(whole, tmp_path / "out", engine)
    lines = list(second.lines())
    second.end()
    assert lines[-1] == f"skipped {len(done)}\n"
    assert len(lines) == N_FILES - len(done) + 1
    assert digest(tmp_path / "out" / "ranking.parquet") == undisturbed
    assert_clean(tmp_path / "out")
    kept = {name: (tmp_path / "out/parts" / name).stat().st_mtime_ns for name in done}
    assert kept == done


@pytest.mark.skipif(not find_spec("distributed"), reason="no Dask")
def test_a_cluster_of_dask_that_runs_already_is_used(whole: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    local = rate_files(whole, tmp_path / "local", partitioned=True)
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        rated = rate_files(
            whole,
            tmp_path / "dask",
            partitioned=True,
            engine="dask",
            address=cluster.scheduler_address,
        )
        assert len(cluster.scheduler.workers) == 1
    assert digest(rated.ranking) == digest(local.ranking)


@pytest.mark.skipif(not find_spec("ray"), reason="no Ray")
def test_ray_that_was_started_already_is_used_and_left_running(whole: Path, tmp_path: Path) -> None:
    import ray

    local = rate_files(whole, tmp_path / "local", partitioned=True)
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        rated = rate_files(whole, tmp_path / "ray", partitioned=True, engine="ray")
        assert ray.is_initialized()
    finally:
        ray.shutdown()
    assert digest(rated.ranking) == digest(local.ranking)


def test_driver_killed_while_it_splits(spread: Path, undisturbed: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    driver = Driver(spread, out, "local", partitioned=False)
    lines = driver.lines()
    for _ in range(5):
        assert next(lines).startswith("split")
    driver.process.kill()
    driver.end()
    second = Driver(spread, out, "local", partitioned=False)
    told = list(second.lines())
    second.end()
    assert sum(line.startswith("split") for line in told) <= N_FILES - 5
    assert digest(out / "ranking.parquet") == undisturbed


def test_a_task_that_kills_its_worker_fails_and_the_others_end(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A worker that imports this module dies in the middle of one file, each time it tries.
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "if os.environ.get('KILL_AT'):\n"
        "    import polars_rating.files.tasks as tasks\n"
        "    whole = tasks.run_plain\n"
        "    def run_plain(job, task):\n"
        "        if task['path'].endswith(os.environ['KILL_AT']):\n"
        "            os.kill(os.getpid(), 9)\n"
        "        return whole(job, task)\n"
        "    tasks.run_plain = run_plain\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    monkeypatch.setenv("KILL_AT", "trades-07.parquet")
    records = []
    with pytest.raises(Exception, match=r"trades-07.parquet: its worker died 4 times: SIGKILL"):
        rate_files(
            whole,
            tmp_path / "out",
            workers=2,
            partitioned=True,
            progress=lambda record, *_: records.append(record),
        )
    assert len(records) == N_FILES
    assert sum(bool(record.error) for record in records) == 1


def test_interrupt_ends_the_workers(whole: Path, tmp_path: Path) -> None:
    driver = Driver(whole, tmp_path / "out", "local")
    driver.wait_for(2)
    workers = driver.workers()
    driver.process.send_signal(signal.SIGINT)
    driver.process.communicate(timeout=30)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert not list((tmp_path / "out").rglob(".tmp-*"))
