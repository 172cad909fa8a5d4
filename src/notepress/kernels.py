"""Kernels for batch runs: this interpreter's own, reached by a socket file.

Kept apart from `notepress.execute`, because jupyter_client takes a third of a second to import.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class BatchKernelManager(AsyncKernelManager):
    """Starts the kernel `python3` as this very interpreter, whatever kernels a user has installed.

    Socket files need no free ports and no encryption. Each kernel gets a folder of its own:
    jupyter_client's default is a name in the working directory, where two runs at the same time
    meet on one socket and wait for ever.
    """

    @default("kernel_spec_manager")
    def _only_native_kernel(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])

    @default("transport")
    def _socket_file(self) -> str:
        return "ipc"

    @default("ip")
    def _own_folder(self) -> str:
        self._folder = tempfile.TemporaryDirectory(prefix="notepress-")
        return str(Path(self._folder.name) / "kernel")

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart and hasattr(self, "_folder"):
            self._folder.cleanup()

    # the base class binds this name to its own coroutine
    cleanup_resources: Any = _async_cleanup_resources
