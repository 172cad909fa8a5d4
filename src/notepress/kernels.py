"""Kernels for batch runs: this interpreter's own, reached by a socket file, waited for no longer
than they take.

Kept apart from `notepress.run.execute`, because papermill takes a third of a second to import.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import default

from notepress.fastkernel import KERNELS, build_folder
from notepress.fastkernel.provisioner import NAME as FORK

ENGINE = "notepress"


class BatchEngine(NBClientEngine):
    """papermill's engine, but the notebook is written once: when it has run, or has stopped.

    papermill's own writes it before and after every cell, with all that came before.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: Any, *args: Any, **kw: Any) -> Any:
        """Run a notebook."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            return super().execute_managed_notebook(  # type: ignore[no-untyped-call]
                nb_man, kernel_name, *args, **kw
            )
        finally:
            # papermill itself writes at the end, whatever the end was
            nb_man.output_path = path


class BatchKernelClient(AsyncKernelClient):
    """Takes a kernel as ready once it has answered on both of its channels.

    jupyter_client goes on to wait for a fifth of a second without any message. nbclient needs no
    such silence: it takes each message by the request that it belongs to.
    """

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.iopub_channel.get_msg(timeout=0.2)
                    self._handle_kernel_info_reply(reply)
                    return
            except Empty:
                pass  # not yet, or the channel of outputs was not connected yet: ask again
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    # the base class binds this name to its own coroutine
    wait_for_ready: Any = _async_wait_for_ready


class BatchKernelManager(AsyncKernelManager):
    """Starts the kernel `python3` as this very interpreter, whatever kernels a user has installed.

    Socket files need no free ports and no encryption. Each kernel gets a folder of its own:
    jupyter_client's default is a name in the working directory, where two runs at the same time
    meet on one socket and wait for ever. Where a build has a server of kernels, it forks this one.
    """

    @default("kernel_spec_manager")
    def _only_native_kernel(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """Return what is known of the kernel; where there is a server, that it is to be forked."""
        spec = super().kernel_spec
        if spec is not None and os.environ.get(KERNELS):
            spec.metadata["kernel_provisioner"] = {"provisioner_name": FORK}
        return spec

    @default("client_factory")
    def _own_client(self) -> type[AsyncKernelClient]:
        return BatchKernelClient

    @default("transport")
    def _socket_file(self) -> str:
        return "ipc"

    @default("ip")
    def _own_folder(self) -> str:
        self._folder = tempfile.TemporaryDirectory(prefix="notepress-", dir=build_folder())
        return str(Path(self._folder.name) / "kernel")

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        del pollinterval  # callers pass a tenth of a second
        while await self._async_is_alive():
            await asyncio.sleep(0.005)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart and hasattr(self, "_folder"):
            self._folder.cleanup()

    # the base class binds this name to its own coroutine
    cleanup_resources: Any = _async_cleanup_resources


papermill_engines.register(ENGINE, BatchEngine)  # type: ignore[no-untyped-call]
