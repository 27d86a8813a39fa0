"""Imports modules, and then becomes a script: under `castaway vt --warm` each run begins after the imports.

    warmed.py MODULE[,MODULE...] SCRIPT [ARGUMENT...]
"""

import importlib
import os
import runpy
import sys

modules, *sys.argv = sys.argv[1:]
for module in modules.split(","):
    importlib.import_module(module)
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
try:
    open("/castaway/warm").close()
except FileNotFoundError:
    pass  # this is not a warm start
else:
    os.fork()  # each run is another child
runpy.run_path(sys.argv[0], run_name="__main__")
