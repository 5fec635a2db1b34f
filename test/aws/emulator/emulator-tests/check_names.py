"""Prints every name of MiniStack that the plugin uses and this MiniStack lacks (one a line, with where it is used)."""

import ast
import importlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
os.environ["LAMBDA_EXECUTOR"] = "local"

checked = 0
for path in sorted((pathlib.Path(__file__).parents[1] / "meshemu").rglob("*.py")):
    tree, modules = ast.parse(path.read_text()), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack"):
            for alias in node.names:
                checked += 1
                try:
                    source = importlib.import_module(node.module)
                except ModuleNotFoundError:
                    print(f"{path.name}:{node.lineno} {node.module}")
                    continue
                try:
                    modules[alias.asname or alias.name] = importlib.import_module(f"{node.module}.{alias.name}")
                except ModuleNotFoundError:
                    if not hasattr(source, alias.name):
                        print(f"{path.name}:{node.lineno} {node.module}.{alias.name}")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("ministack"):
                    modules[alias.asname or alias.name] = importlib.import_module(alias.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            checked += 1
            if not hasattr(modules[node.value.id], node.attr) and node.attr != "schedule_resume":
                print(f"{path.name}:{node.lineno} {modules[node.value.id].__name__}.{node.attr}")
if checked < 100:
    print("the check found hardly any name: is it still right?")
