//! Errors that cross the plugin boundary: a stable code, then what was expected and found.
//!
//! Polars shows them as `ComputeError: [RATING_…] message`.

use polars::prelude::{PolarsError, PolarsResult};

/// Stable codes, the same as `polars_rating.exceptions.ErrorCode`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code {
    BadSeed,
    MissingEvidence,
    MissingField,
    BadDtype,
    BadValue,
    LengthMismatch,
    UnequalLengths,
    Internal,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::BadSeed => "RATING_BAD_SEED",
            Self::MissingEvidence => "RATING_MISSING_EVIDENCE",
            Self::MissingField => "RATING_MISSING_FIELD",
            Self::BadDtype => "RATING_BAD_DTYPE",
            Self::BadValue => "RATING_BAD_VALUE",
            Self::LengthMismatch => "RATING_LENGTH_MISMATCH",
            Self::UnequalLengths => "RATING_UNEQUAL_LENGTHS",
            Self::Internal => "RATING_INTERNAL",
        }
    }
}

/// The error itself. A NUL in a name from the frame would not survive the boundary.
pub(crate) fn error(code: Code, message: impl AsRef<str>) -> PolarsError {
    let message = message.as_ref().replace('\0', "\u{2400}");
    PolarsError::ComputeError(format!("[{}] {message}", code.name()).into())
}

/// The error of a case that cannot happen unless this package has a mistake.
pub(crate) fn internal(message: impl AsRef<str>) -> PolarsError {
    error(Code::Internal, message)
}

/// The error as a result.
pub(crate) fn fail<T>(code: Code, message: impl AsRef<str>) -> PolarsResult<T> {
    Err(error(code, message))
}
