"""New scenarios to begin with (`cv2x new`): a folder with a commented scenario.yaml, its inputs, a README.

`highway.files`, `grid.files` and `sumo.files` give the contents by name; `write.folder` writes them, all or none.
"""
