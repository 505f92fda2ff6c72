"""How well names are found in what people say, and how well it is read what people think of them; measured on ReDial.

Nothing is imported here, so that the command line stays light: take `measure_linking` from `evaluation.linking.measure` and
`measure_stances` from `evaluation.linking.stance_measure`.
"""
