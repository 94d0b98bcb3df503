"""When the tests run in parallel, tests of the same group stay together."""


def test_id_of_this_test_ends_with_its_group(request):
    """pytest-xdist reads the group from the end of a test's id, which newer pytest versions may not let it change."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@test_parallel.py")
