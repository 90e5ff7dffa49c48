//! Expressions over all trials of an optimiser at once: a trial's value depends on other rows.
//!
//! Input is one struct. Python puts into it the codes of groups and parameters (their dense ranks
//! over the frame), the values that distances need, and the metrics.

mod neighbour_runs;
mod plateau;
mod read;
