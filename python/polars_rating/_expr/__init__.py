"""From a row of the catalogue to a registered expression.

`columns` makes the input, `kwargs` what the plugin is told, `register` hands both to the engine;
`score` and `rating` put them together for a single score and for those over all components.
"""
