"""Do ratings predict? Rules on real prices, rated on one window and judged on the next.

    python -m studies.walk_forward           run everything, write tables, pictures and the page
    python -m studies.walk_forward --check   the same, and exit status 1 if the page changes

`prices`: what is traded. `rules`: when. `backtest`: trades and daily results. `rate`: every
measure of a candidate. `outcome`: what came next. `errors`: how sure that is. `options`: the
choice of weights on one half of the assets. `page`: what is shown.
"""
