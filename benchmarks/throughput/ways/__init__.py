"""Ways to take photos from files to answers, one file each, run by themselves: `python WAY FOLDER SIZE THREADS`.

Each prints photos a second, of the second of two passes over the folder, and names the model that it ran. They import
nothing of this package but `ours`, so that each may run in an environment of its own.
"""
