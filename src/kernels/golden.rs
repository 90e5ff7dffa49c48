//! Reader of `tests/golden/kernels.txt`, which `make_kernels_golden.py` writes.
//!
//! A line is `kind arguments | values | result | checksum`, see there.

const GOLDEN: &str = include_str!("../../tests/golden/kernels.txt");

/// One line of the golden file.
pub(super) struct Case {
    pub(super) arguments: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) result: f64,
    pub(super) checksum: u64,
}

/// `Σ (i + 1)·bits(x[i])` modulo 2⁶⁴.
pub(super) fn checksum(x: &[f64]) -> u64 {
    (1_u64..).zip(x).fold(0, |sum, (i, x)| sum.wrapping_add(i.wrapping_mul(x.to_bits())))
}

fn numbers(field: &str) -> Vec<f64> {
    field.split_whitespace().map(|word| word.parse().unwrap()).collect()
}

/// The cases of one kind; panics if there are none.
pub(super) fn cases(kind: &str) -> Vec<Case> {
    let of_kind = |line: &&str| line.split_whitespace().next() == Some(kind);
    let cases: Vec<Case> = GOLDEN
        .lines()
        .filter(of_kind)
        .map(|line| {
            let mut fields = line[kind.len()..].split('|');
            let mut next = || fields.next().unwrap();
            Case {
                arguments: numbers(next()),
                values: numbers(next()),
                result: numbers(next())[0],
                checksum: next().trim().parse().unwrap(),
            }
        })
        .collect();
    assert!(!cases.is_empty(), "no golden case of kind {kind}");
    cases
}
