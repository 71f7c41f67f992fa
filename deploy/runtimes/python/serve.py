"""Serves one Seldon-style Python model on a Unix socket.

    python serve.py --bundle DIR --socket PATH|stdin [--model NAME]

`--socket stdin` takes a socket that already listens as standard input (inetd's "wait" form): the sandbox then needs
no writable directory that anyone outside reads. Standard library only; whatever the model needs comes from its own
environment. The exit codes are those of `bedel_runtime.failure`.
"""

import argparse
import os
import signal
import sys
import traceback

from bedel_runtime.failure import Failure
from bedel_runtime.http import Server
from bedel_runtime.layout import Layout
from bedel_runtime.model import Model
from bedel_runtime.routes import Routes
from bedel_runtime.turns import Turns


def parse_arguments():
    parser = argparse.ArgumentParser(description="Serve one Seldon-style Python model.")
    parser.add_argument("--bundle", required=True, help="the unpacked bundle")
    parser.add_argument("--socket", required=True, help="path of the Unix socket, or 'stdin'")
    parser.add_argument("--model", help="MODEL_NAME, when .s2i/environment does not say it")
    return parser.parse_args()


def serve(arguments):
    layout = Layout.read(os.path.abspath(arguments.bundle), arguments.model)
    os.environ.update(layout.variables)
    os.chdir(layout.directory)
    sys.path.insert(0, layout.directory)
    model = Model.load(layout)
    turns = Turns()
    server = Server(arguments.socket, Routes(model, turns).answer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: turns.stop())
    server.start()
    print(f"bedel: {layout.model_name} is ready", file=sys.stderr, flush=True)
    turns.run()


def main():
    try:
        serve(parse_arguments())
    except Failure as failure:
        if failure.__cause__ is not None:
            traceback.print_exception(failure.__cause__)
        print(f"bedel: {failure}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        # A model may have left threads that never end; they must not keep a failed start alive.
        os._exit(failure.exit_code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
