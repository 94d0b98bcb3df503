"""Find pairs of submissions that are more alike than the exercises explain, as places to look, never as a verdict.

`submissions` reads the answers; `syntax` and `prose` split them into fragments; `closeness` compares the answers to one
exercise; `pairs` adds up what the exercises say about each pair of students; `page` shows the pairs side by side.
"""
