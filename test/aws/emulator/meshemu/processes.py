"""What runs beside and below the emulator: the SQL engine and the Lambda workers. None of them outlives it.

It stops on SIGTERM and SIGINT, and, with MESHEMU_STOP_WITH_STDIN=1, when its standard input closes: whoever
started it may die any death. With MESHEMU_REMOVE_DATA=1 it takes its data folder with it.
"""

import asyncio
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import hypercorn.asyncio
from ministack.core import lambda_runtime

_ENGINE = pathlib.Path(__file__).parents[1] / "engine" / "engine.mjs"
# A pipe that nobody writes to: the engine ends with the emulator, even one that was killed.
_END_WITH_STDIN = "data:text/javascript,process.stdin.resume();process.stdin.on('end',()=>process.exit());process.stdin.unref?.()"
_children: list[subprocess.Popen] = []
_stopping = threading.Lock()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_engine() -> None:
    """Start the SQL engine, unless MESHEMU_ENGINE says where one runs."""
    if os.environ.get("MESHEMU_ENGINE"):
        return
    port = os.environ.get("ENGINE_PORT") or str(free_port())
    engine = subprocess.Popen(["node", "--import", _END_WITH_STDIN, str(_ENGINE)], stdin=subprocess.PIPE,
                              env={**os.environ, "ENGINE_PORT": port})
    _children.append(engine)
    os.environ["MESHEMU_ENGINE"] = f"http://127.0.0.1:{port}"
    threading.Thread(target=_stop_without, args=(engine,), daemon=True).start()


def _stop_without(engine: subprocess.Popen) -> None:
    engine.wait()
    if not _stopping.locked():
        print(f"The SQL engine ended by itself ({engine.returncode})", file=sys.stderr, flush=True)
        stop(1)


def stop(code: int = 0) -> None:
    if not _stopping.acquire(blocking=False):
        return
    for child in _children:
        if child.poll() is None:
            child.kill()
    if os.environ.get("MESHEMU_REMOVE_DATA") == "1":
        shutil.rmtree(os.environ["MESHEMU_DATA"], ignore_errors=True)
    os._exit(code)


def _stop_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    stop()


def install() -> None:
    spawn = lambda_runtime.Worker._spawn

    def spawn_and_remember(worker):
        try:
            spawn(worker)
        finally:
            if worker._proc is not None:
                _children[:] = [child for child in _children if child.poll() is None] + [worker._proc]

    lambda_runtime.Worker._spawn = spawn_and_remember
    serve = hypercorn.asyncio.serve

    async def serve_until_told(app, config):
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop)
        # Functions that wait for functions hold a thread each; asyncio's few would wait for each other for ever.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(256))
        await serve(app, config, shutdown_trigger=asyncio.Event().wait)

    hypercorn.asyncio.serve = serve_until_told
    if os.environ.get("MESHEMU_STOP_WITH_STDIN") == "1":
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
