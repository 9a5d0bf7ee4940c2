"""CIFAR-10's binary records as arrays, for both peers."""

import os

import numpy as np

RECORD_BYTES = 1 + 32 * 32 * 3
RECORDS_A_FILE = 10_000


def read_training(folder, count):
    """Returns the first images, uint8 [count, 32, 32, 3], and their labels, int32 [count]."""
    file_count = -(-count // RECORDS_A_FILE)
    names = [f"data_batch_{number}.bin" for number in range(1, file_count + 1)]
    return _read([os.path.join(folder, name) for name in names], count)


def read_test(folder, count):
    return _read([os.path.join(folder, "test_batch.bin")], count)


def _read(paths, count):
    files = [np.fromfile(path, dtype=np.uint8) for path in paths]
    records = np.concatenate(files).reshape(-1, RECORD_BYTES)[:count]
    planes = records[:, 1:].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), records[:, 0].astype(np.int32)
