//! A seed travels as text: Python's pickle has no unsigned 64-bit integer.

use serde::{Deserialize, Deserializer, de::Error};

pub(super) fn from_text<'de, D: Deserializer<'de>>(text: D) -> Result<u64, D::Error> {
    String::deserialize(text)?.parse().map_err(D::Error::custom)
}
