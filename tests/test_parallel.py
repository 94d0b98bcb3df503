"""The tests themselves: what belongs together stays together when they run in parallel."""


def test_each_test_belongs_to_a_group(request):
    """pytest-xdist schedules by the end of a test's id, which a newer pytest may not let it set."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@test_parallel.py")
