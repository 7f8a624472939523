"""Whether the links of drafts answer: asked by the worker, told at their blocks."""
