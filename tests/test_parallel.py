"""When the tests run in parallel, tests of the same group stay together."""


def test_each_test_belongs_to_a_group(request):
    """pytest-xdist reads the group from the end of a test's id, which newer pytest versions may not let it change."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@test_parallel.py")
