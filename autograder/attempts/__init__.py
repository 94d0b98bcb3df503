"""Students' attempts at an assignment that `watch` grades, and what students are told about these attempts."""
