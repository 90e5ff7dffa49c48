//! Quantiles and probabilities of the standard normal distribution.
//!
//! Probabilities come from `erfc` of the crate `libm`: Φ(x) = erfc(−x/√2)/2, exact in both tails.
//! Rational approximations in three regions, relative error about 1e-16.
//! Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
//! Applied Statistics 37 (1988), routine PPND16.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// Coefficients of numerator and denominator, lowest power first.
type Ratio = ([f64; 8], [f64; 8]);

/// |p − 0.5| ≤ 0.425, in r = 0.425² − (p − 0.5)².
#[rustfmt::skip]
const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5, 1.331_416_678_917_843_8e2, 1.971_590_950_306_551_3e3, 1.373_169_376_550_946e4,
        4.592_195_393_154_987e4, 6.726_577_092_700_87e4, 3.343_057_558_358_813e4, 2.509_080_928_730_122_7e3,
    ],
    [
        1.0, 4.231_333_070_160_091e1, 6.871_870_074_920_579e2, 5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4, 3.930_789_580_009_271e4, 2.872_908_573_572_194_3e4, 5.226_495_278_852_854e3,
    ],
);

/// √(−ln tail) ≤ 5, in √(−ln tail) − 1.6.
#[rustfmt::skip]
const NEAR_TAIL: Ratio = (
    [
        1.423_437_110_749_683_5, 4.630_337_846_156_546, 5.769_497_221_460_691, 3.647_848_324_763_204_5,
        1.270_458_252_452_368_4, 2.417_807_251_774_506e-1, 2.272_384_498_926_918_4e-2, 7.745_450_142_783_414e-4,
    ],
    [
        1.0, 2.053_191_626_637_759, 1.676_384_830_183_803_8, 6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1, 1.519_866_656_361_645_7e-2, 5.475_938_084_995_345e-4, 1.050_750_071_644_416_9e-9,
    ],
);

/// √(−ln tail) > 5, in √(−ln tail) − 5.
#[rustfmt::skip]
const FAR_TAIL: Ratio = (
    [
        6.657_904_643_501_103, 5.463_784_911_164_114, 1.784_826_539_917_291_3, 2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2, 1.242_660_947_388_078_4e-3, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7,
    ],
    [
        1.0, 5.998_322_065_558_88e-1, 1.369_298_809_227_358e-1, 1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4, 1.846_318_317_510_054_8e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15,
    ],
);

/// Φ(x): the probability that a standard normal variable lies below `x`.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// φ(x): the density of the standard normal distribution.
#[must_use]
pub fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() * (FRAC_1_SQRT_2 * FRAC_2_SQRT_PI * 0.5)
}

/// Φ⁻¹(p): the x below which a standard normal variable lies with probability `p`; ∓inf at 0 and
/// 1, NaN outside [0, 1].
#[must_use]
pub fn inverse_normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return q * f64::INFINITY;
    }
    let r = (-tail.ln()).sqrt();
    let x = if r <= 5.0 { ratio(&NEAR_TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    if q < 0.0 { -x } else { x }
}

fn ratio((numerator, denominator): &Ratio, r: f64) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(numerator) / polynomial(denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_published_quantiles() {
        // scipy.special.ndtri
        for (p, x) in [
            (0.5, 0.0),
            (0.6, 0.253_347_103_135_799_7),
            (0.75, 0.674_489_750_196_081_7),
            (0.95, 1.644_853_626_951_472_2),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_840_8),
            (0.999, 3.090_232_306_167_813),
            (1e-5, -4.264_890_793_922_825),
            (1e-20, -9.262_340_089_798_409),
            (1e-300, -37.047_096_299_361_2),
            (1.0 - f64::EPSILON / 2.0, 8.209_536_151_601_387),
        ] {
            let got = inverse_normal(p);
            assert!((got - x).abs() <= 1e-15 * x.abs(), "{p}: {got} instead of {x}");
        }
    }

    #[test]
    fn matches_published_probabilities() {
        // scipy.special.ndtr
        for (x, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_05),
            (1.959_963_984_540_054, 0.975),
            (-8.3, 5.205_569_744_890_246_5e-17),
        ] {
            let got = normal_cdf(x);
            // A rounding of x grows by x² in the tail.
            let slack = f64::EPSILON * (2.0 + x * x);
            assert!((got - p).abs() <= slack * p, "{x}: {got} instead of {p}");
        }
        assert_eq!([f64::NEG_INFINITY, f64::INFINITY].map(normal_cdf), [0.0, 1.0]);
        // scipy.stats.norm.pdf
        assert!((normal_density(1.5) - 0.129_517_595_665_891_74).abs() < 1e-16);
    }

    #[test]
    fn the_two_sides_mirror_each_other() {
        for p in [0.01, 0.0625, 0.25, 0.4375] {
            assert_eq!(inverse_normal(p), -inverse_normal(1.0 - p));
        }
    }

    #[test]
    fn the_ends_are_infinite_and_the_outside_is_nan() {
        assert_eq!(inverse_normal(0.0), f64::NEG_INFINITY);
        assert_eq!(inverse_normal(1.0), f64::INFINITY);
        for p in [-0.1, 1.1, f64::NAN] {
            assert!(inverse_normal(p).is_nan());
        }
    }
}
