"""tools/check-rules: holds for the catalogue, and misses no part that is gone."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
RULE = 'spf.lookup-limit'

BROKEN = [  # what is done to one rule, what must be said of it
    ({'why': ''}, 'has no why'),
    ({'why': 'One. Two. Three.'}, 'says why in 3 sentences'),
    ({'advice': ' '}, 'has no advice'),
    ({'cites': []}, 'cites nothing'),
    ({'id': 'nameless'}, 'has an id that is not topic.name'),
    ({'id': 'spf.unheard-of'}, 'has no vector that passes'),
    ({'id': 'spf.unheard-of'}, 'is tripped by no domain of the lab'),
    ({'id': 'spf.unheard-of'}, 'is not named in CHANGES.md'),
    ({'id': 'spf.missing'}, 'stands twice'),
]


def check(assay):
    return subprocess.run([ROOT / 'tools/check-rules', assay],
                          capture_output=True, text=True)


def pretend(catalogue, tmp):
    """A program that prints this catalogue."""
    Path(tmp, 'rules.json').write_text(json.dumps(catalogue))
    program = Path(tmp, 'assay')
    program.write_text(f'#!/bin/sh\ncat "{tmp}/rules.json"\n')
    os.chmod(program, 0o755)
    return program


def main(assay):
    t = Tap()
    run = check(assay)
    t.equal(run.returncode, 0, 'every rule is whole: ' + run.stdout.strip())
    text = subprocess.run([assay, 'rules', '--json'], check=True,
                          capture_output=True, text=True).stdout
    for change, said in BROKEN:
        catalogue = json.loads(text)
        for rule in catalogue['rules']:
            if rule['id'] == RULE:
                rule.update(change)
        with tempfile.TemporaryDirectory() as tmp:
            run = check(pretend(catalogue, tmp))
        t.equal((run.returncode, said in run.stdout), (1, True),
                f'a rule that {said} is refused')
    catalogue = json.loads(text) | {'version': 'next'}
    with tempfile.TemporaryDirectory() as tmp:
        run = check(pretend(catalogue, tmp))
    t.equal((run.returncode, 'has version next, CHANGES.md tells of' in run.stdout),
            (1, True), 'a version that CHANGES.md does not tell of is refused')
    return t.end()


sys.exit(main(sys.argv[1]))
