"""A written question, which a person grades. Replace it with your own, or delete it with its placeholder."""

from autograder.exercise import Written

your_question = Written(
    name="your_question",
    points=3,
    question="When would you use a weighted mean instead of a plain one? Give an example, in two or three sentences.",
    # Graders see the answer and the guide; students see neither.
    answer="When some values say more than others, such as averages over classes of different sizes: weight by size.",
    guide="1 point for a reason why values differ in weight, 2 points for an example that says what the weights are.",
)
