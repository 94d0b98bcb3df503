"""Lets the preprocessors of feedback accept what `HTMLExporter` sets for all of nbconvert's classes."""

from traitlets import HasTraits, List, Unicode


class AcceptsHTMLSettings(HasTraits):
    """A mixin for nbgrader's preprocessors. Without it, each run of `nbgrader generate_feedback` would print warnings.

    `HTMLExporter` chooses in which format outputs are shown. nbgrader's base class for preprocessors has this setting,
    too, but does not let a configuration set it.
    """

    display_data_priority = List(Unicode(), help="The formats in which an output is shown, best first.").tag(
        config=True
    )
