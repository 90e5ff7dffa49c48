//! The number rules every score shares.
//!
//! `fin(x)` is x where finite, else 0. A base metric is *admitted* when it is finite; what becomes
//! of one that is not follows [`NoEvidence`].

/// Floor of a base metric that a relative change is divided by.
pub const BASE_FLOOR: f64 = 1e-9;

/// What a row without evidence scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "plugin", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum NoEvidence {
    /// No score: null.
    Null,
    /// Omega's defaults: a value of the score's own, and 0 for a base metric.
    Omega,
}

impl NoEvidence {
    /// A base metric, or `None` when it is not finite and the row has no score.
    #[inline]
    #[must_use]
    pub fn admit(self, x: f64) -> Option<f64> {
        self.admit_if(x, x.is_finite())
    }

    /// A base metric that must satisfy `valid`, else it is no evidence.
    #[inline]
    #[must_use]
    pub fn admit_if(self, x: f64, valid: bool) -> Option<f64> {
        match (valid, self) {
            (true, _) => Some(x),
            (false, Self::Omega) => Some(0.0),
            (false, Self::Null) => None,
        }
    }
}

/// `x` where finite, else 0.
#[inline(always)]
#[must_use]
pub fn fin(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

/// max(x, 0), with NaN giving 0; compiles to one instruction.
#[inline(always)]
#[must_use]
pub fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

/// A penalty within [0, cap]; NaN counts as cap.
#[inline(always)]
#[must_use]
pub fn capped(penalty: f64, cap: f64) -> f64 {
    let floored = if penalty < 0.0 { 0.0 } else { penalty };
    if floored < cap { floored } else { cap }
}

/// How many of `n` trades a fraction takes: `min(max(ceil(n·f), 1), n)`.
#[inline]
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 ≤ n·f ≤ n
pub fn share_of(n: usize, fraction: f64) -> usize {
    (((n as f64) * fraction).ceil() as usize).clamp(1.min(n), n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_matches_the_rule_at_its_edges() {
        assert_eq!(share_of(40, 0.25), 10);
        assert_eq!(share_of(41, 0.25), 11);
        assert_eq!(share_of(3, 0.01), 1);
        assert_eq!(share_of(3, 1.0), 3);
        assert_eq!(share_of(0, 0.5), 0);
    }

    #[test]
    fn capped_never_lets_nan_through() {
        assert_eq!(capped(f64::NAN, 0.5), 0.5);
        assert_eq!(capped(f64::INFINITY, 0.5), 0.5);
        assert_eq!(capped(-1.0, 0.5), 0.0);
    }
}
