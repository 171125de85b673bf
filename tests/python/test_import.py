"""What an import costs."""

import subprocess
import sys
import time


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_import_is_fast():
    code = "import time; t = time.perf_counter(); import cv2x; print(time.perf_counter() - t)"
    assert min(float(run(code)) for _ in range(3)) < 0.5


def test_import_leaves_the_heavy_ones_alone():
    heavy = ["pandas", "h5py", "numpy", "typer", "rich", "cv2x._core"]
    assert run(f"import sys, cv2x; print([m for m in {heavy} if m in sys.modules])") == "[]\n"


def test_command_starts_fast():
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "cv2x", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.4


def test_everything_in_all_is_there():
    import cv2x

    for name in cv2x.__all__:
        assert hasattr(cv2x, name)
    assert sorted(dir(cv2x)) == sorted(cv2x.__all__)
