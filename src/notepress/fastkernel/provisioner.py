"""A jupyter_client kernel provisioner that has its kernels forked.

A kernel spec opts in by `metadata.kernel_provisioner.provisioner_name`: "notepress-fork". Without a
server that can stand in for a new kernel, the kernel starts as ever.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from notepress.fastkernel import KERNELS, VARIABLES
from notepress.fastkernel.client import Remote, packed

NAME = "notepress-fork"


class ForkProvisioner(LocalProvisioner):
    """Starts kernels by a fork server where one is named in the environment, else as ever."""

    process: Any = None  # a Remote, or the base class's Popen

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; return how to reach it."""
        address = os.environ.get(KERNELS)
        given = kwargs.get("env") or os.environ
        environment = {k: v for k, v in given.items() if not k.startswith(VARIABLES)}
        kwargs["env"] = environment
        if not address:
            return await super().launch_kernel(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or Path.cwd())
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            self.process = Remote(
                address, packed(cmd, folder, environment, _limits()), (nothing, 1, 2)
            )
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            os.close(nothing)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end of the process; a forked one tells of it, and is asked often."""
        while isinstance(self.process, Remote) and self.process.poll() is None:
            await asyncio.sleep(0.002)
        code: int | None = await super().wait()
        return code


def _limits() -> list[tuple[int, int, int]]:
    """Return this process's limits, which a child would inherit."""
    import resource  # not everywhere, as forking is not

    numbers = {value for name, value in vars(resource).items() if name.startswith("RLIMIT_")}
    return [(number, *resource.getrlimit(number)) for number in sorted(numbers)]
