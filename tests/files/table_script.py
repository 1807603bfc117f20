"""Runs inside the application: many runs of its batch commands, one after the other.

Variables of the command line: `rows`, a JSON file of [{"script", "folder", "variables"}]; `results`, the JSON file to
write: [[exit code, standard error]]. All Python macros share one namespace: everything here is in one function.
"""


def rows_run_one_by_one(rows, results):
    import json
    import os
    import sys
    import tempfile

    import pya

    def set_variables(known, values):
        """As `-rd NAME=VALUE` does; those that are not given are unset."""
        for name in known:
            globals().pop(name, None)
        globals().update(values)

    def run_one(row):
        set_variables(known, row["variables"])
        os.chdir(row["folder"])
        kept = os.dup(2)
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), 2)
            try:
                code = pya.Macro(row["script"]).run()
            finally:
                sys.stderr.flush()
                os.dup2(kept, 2)
                os.close(kept)
            file.seek(0)
            return [code, file.read().decode("utf-8")]

    with open(rows) as file:
        table = json.load(file)
    known = sorted({name for row in table for name in row["variables"]})
    answers = [run_one(row) for row in table]
    with open(results, "w") as file:
        json.dump(answers, file)


rows_run_one_by_one(rows, results)  # noqa: F821 (variables of the command line)
