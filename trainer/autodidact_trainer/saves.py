"""Directories that are complete or absent: files, then a manifest of their SHA-256s, then the rename."""
import hashlib
import json
import os
import shutil
from pathlib import Path

MANIFEST = "manifest.json"


def flush(path):
    """Flushes a file or a directory to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(path):
    """SHA-256 of a file, lower-case hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_directory(target, write):
    """Makes a directory whole: `write` fills it under a temporary name."""
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f".tmp-{target.name}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    write(temporary)
    names = sorted(path.name for path in temporary.iterdir())
    for name in names:
        flush(temporary / name)
    hashes = {name: digest(temporary / name) for name in names}
    (temporary / MANIFEST).write_text(json.dumps(hashes, sort_keys=True) + "\n", encoding="utf-8")
    flush(temporary / MANIFEST)
    flush(temporary)
    shutil.rmtree(target, ignore_errors=True)
    os.rename(temporary, target)
    flush(target.parent)


def is_whole(directory):
    """Whether every file is as the manifest says."""
    try:
        hashes = json.loads((Path(directory) / MANIFEST).read_text(encoding="utf-8"))
        return bool(hashes) and all(digest(Path(directory) / name) == known for name, known in hashes.items())
    except (OSError, ValueError, AttributeError):
        return False


def newest(directory):
    """The newest whole save; damaged ones are passed over. None without one."""
    saves = sorted(Path(directory).glob("step-*"), reverse=True)
    return next((path for path in saves if is_whole(path)), None)


def prune(directory, keep):
    """Removes all saves but the newest `keep`."""
    for path in sorted(Path(directory).glob("step-*"))[:-keep]:
        shutil.rmtree(path)
