"""Makes the questions of this study: the sums of ../../arithmetic with a first number up to 99, so that there are
enough of them for held-out sets of 1,000. Standard library only.

    python3 make.py            writes the files beside this script
    python3 make.py --check    says whether they are what it would write
"""

import argparse
import importlib.util
import sys
from pathlib import Path

HIGHEST = (99, 9, 9)  # of each operand; the lowest is 1
SEED = 21
SIZES = {"shots": 6, "valid": 32, "gate": 1000, "test": 1000, "train": 400}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    folder = Path(__file__).resolve().parent
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("sums", folder.parents[1] / "arithmetic" / "make.py")
    sums = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sums)
    for name, text in sums.files(HIGHEST, SEED, SIZES).items():
        path = folder / name
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"{path} is not what make.py writes; run make.py again")


if __name__ == "__main__":
    main()
