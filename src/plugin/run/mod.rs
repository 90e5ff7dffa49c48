//! From the typed views of a frame to the kernels, row by row.

pub(crate) mod bootstrap;
pub(crate) mod component;
pub(crate) mod deployment;
pub(crate) mod dropout_runs;
pub(crate) mod gate;
pub(crate) mod metrics;
pub(crate) mod parallel;
pub(crate) mod rating;
pub(crate) mod reruns;
pub(crate) mod returns;
pub(crate) mod summary;
pub(crate) mod tp_sl;
pub(crate) mod trade_pass;
pub(crate) mod ulcer;
pub(crate) mod years;
