"""Several invocations of a function at a time: MiniStack has one process for each version, which takes them in turn."""

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_MORE = 4  # processes of a version beside its first


def install() -> None:
    first_worker, kill = lambda_svc.get_or_create_worker, lambda_runtime.Worker.kill

    def idle_worker(func_name, config, code_zip, qualifier="$LATEST"):
        first = first_worker(func_name, config, code_zip, qualifier)
        if not first._lock.locked():
            return first
        more = first.__dict__.setdefault("more", [])
        idle = next((worker for worker in more if not worker._lock.locked()), None)
        if idle is None and len(more) < _MORE:
            idle = lambda_runtime.Worker(func_name, config, code_zip)
            more.append(idle)
        return idle or first

    def kill_all(worker):
        for each in worker.__dict__.pop("more", []):
            kill(each)
        kill(worker)

    lambda_svc.get_or_create_worker, lambda_runtime.Worker.kill = idle_worker, kill_all
