"""For authors of exercises: says what is wrong with an exercise, and writes the first version of a new one."""
