"""The attempts that students have made at an assignment that `watch` grades, and what they are told about them."""
