"""`python -m cv2x`."""

from cv2x.cli import main

main()
