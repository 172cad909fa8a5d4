"""What a build under watch is told to note: code that each of its Pythons loads first."""

# loaded by every Python of the build: notes which step opens which file of the project
FILES = """
import os, sys

project, noted = os.environ["PROJECT"] + os.sep, os.environ["NOTED"]
known, busy = None, False

def step_of():
    named = os.environ.get("NOTEPRESS_NOTEBOOK")
    if named:
        return named.removesuffix(".ipynb")
    frame = sys._getframe()
    while frame:
        task = frame.f_locals.get("task")
        if hasattr(task, "step"):
            return task.step
        frame = frame.f_back

def note(path):
    global known, busy
    path = os.path.realpath(os.fsdecode(path))
    if busy or not path.startswith(project) or not os.path.isfile(path):
        return
    busy = True
    known = known or step_of()
    if known:
        with open(noted, "a") as log:
            log.write(f"{known}\\t{path.removeprefix(project)}\\n")
    busy = False

def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        if not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            note(args[0])
    elif event == "import" and args[0].startswith("notepress"):
        # Parquet files are opened by a library that tells nobody
        pandas = sys.modules.get("pandas")
        if hasattr(pandas, "read_parquet") and not hasattr(pandas, "read_untold"):
            pandas.read_untold = pandas.read_parquet
            pandas.read_parquet = lambda at, **how: note(at) or pandas.read_untold(at, **how)

sys.addaudithook(watch)
"""

# loaded by every Python of the build, its kernels included
NETWORK = """
import os, socket, sys

def watch(event, args):
    if event == "socket.getaddrinfo":
        what = args[0]
    elif event in ("socket.connect", "socket.sendto", "socket.bind"):
        # a library asks on import whether there is IPv6, by a port that nobody listens on
        own = event == "socket.bind" and args[1][0] in ("::1", "127.0.0.1")
        if args[0].family == socket.AF_UNIX or own:
            return
        what = args[1]
    else:
        return
    with open(os.environ["ATTEMPTS"], "a") as log:
        log.write(f"{event} {what!r} {sys.argv}\\n")
    raise OSError(f"no network here: {event} {what!r}")

sys.addaudithook(watch)
"""
