//! From the columns of the evidence struct to typed views, and back to a column.

pub(crate) mod candles;
pub(crate) mod equity;
pub(crate) mod evidence;
pub(crate) mod lists;
pub(crate) mod nested;
pub(crate) mod output;
pub(crate) mod parameter;
pub(crate) mod schema;
pub(crate) mod seeds;
pub(crate) mod tier;
pub(crate) mod trades;
pub(crate) mod values;
