"""The journal that Optuna itself writes of a small search (optuna 5.0.0).

    python generate.py journal.jsonl

What differs from run to run, its workers and times, is replaced.
"""

import json
import pathlib
import sys
from datetime import datetime, timezone

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

space = {
    "training.batchSize": CategoricalDistribution([16, 64]),
    "training.optimizer.learningRate": FloatDistribution(0.0001, 0.01, log=True),
    "preprocessing.random-crop.padding": IntDistribution(0, 8),
    "training.labelSmoothing": FloatDistribution(0, 0.3),
}
points = [(16, 0.001, 4, 0.1), (64, 0.0002, 0, 0.25), (64, 0.01, 8, 0), (16, 0.0003, 2, 0.125)]
names = ["tune-a", "tune-b", "tune-c", "tune-d"]


def begin(storage, study, index):
    return storage.create_new_trial(
        study,
        FrozenTrial(
            number=-1,
            trial_id=-1,
            state=TrialState.RUNNING,
            value=None,
            datetime_start=datetime.now(timezone.utc),
            datetime_complete=None,
            params=dict(zip(space, points[index])),
            distributions=space,
            user_attrs={"id": names[index], "folder": f"/results/{names[index]}"},
            system_attrs={},
            intermediate_values={},
        ),
    )


path = pathlib.Path(sys.argv[1])
path.unlink(missing_ok=True)
storage = JournalStorage(JournalFileBackend(str(path)))
study = storage.create_new_study([StudyDirection.MAXIMIZE], "tune")
trials = [begin(storage, study, index) for index in range(4)]
storage.set_trial_intermediate_value(trials[0], 1, 0.25)
storage.set_trial_intermediate_value(trials[0], 3, 0.5)
storage.set_trial_state_values(trials[0], TrialState.COMPLETE, [0.5])
storage.set_trial_intermediate_value(trials[1], 1, 0.125)
storage.set_trial_state_values(trials[1], TrialState.PRUNED, [0.125])
storage.set_trial_state_values(trials[2], TrialState.FAIL)
storage.set_trial_intermediate_value(trials[3], 1, 0.375)

lines = []
for line in path.read_text().splitlines():
    entry = json.loads(line)
    entry["worker_id"] = "worker"
    entry |= {key: "2026-01-01T00:00:00.000000+00:00" for key in entry if key.startswith("datetime_")}
    lines.append(json.dumps(entry, separators=(",", ":")))
path.write_text("\n".join(lines) + "\n")
