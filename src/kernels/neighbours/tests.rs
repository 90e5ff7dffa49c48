use super::*;
use crate::rng::NumpyRng;

fn codes(values: &[f64]) -> Vec<u32> {
    let mut distinct: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    let code = |x: &f64| distinct.iter().position(|y| y == x).map_or(0, |i| i + 1);
    values.iter().map(|x| u32::try_from(code(x)).unwrap()).collect()
}

fn parameter(values: &[f64]) -> Parameter {
    Parameter { codes: codes(values), values: values.to_vec() }
}

fn all(parameters: &[Parameter], near: Near) -> Vec<Vec<usize>> {
    let rows = parameters[0].codes.len();
    let groups = [];
    let trials = Trials { rows, groups: &groups, equal: &[], parameters, content: &[] };
    let neighbours = Neighbours::of(trials, near).unwrap();
    let mut scratch = Scratch::default();
    (0..rows).map(|row| neighbours.find(row, &mut scratch).collect()).collect()
}

#[test]
fn steps_on_a_line_by_hand() {
    let line = [parameter(&[10.0, 40.0, 20.0, 20.0])];
    assert_eq!(all(&line, Near::Steps(1)), [vec![2, 3], vec![2, 3], vec![0, 3, 1], vec![0, 2, 1]]);
}

#[test]
fn within_is_relative_to_the_trial_itself() {
    // |110 − 100| ≤ 0.1·110 but, of 100, 110 is just at the edge: 10 ≤ 10.
    let line = [parameter(&[100.0, 110.0, 122.0])];
    assert_eq!(all(&line, Near::Within(0.1)), [vec![1], vec![0], vec![1]]);
}

#[test]
fn nearest_takes_the_first_of_equal_distances() {
    let line = [parameter(&[2.0, 1.0, 3.0, 0.0])];
    let near = Near::Nearest(1, Scale::Range);
    assert_eq!(all(&line, near), [vec![1], vec![3], vec![0], vec![1]]);
}

#[test]
fn null_equals_null_alone() {
    let cells = [parameter(&[1.0, f64::NAN, 2.0, f64::NAN])];
    for near in [Near::Steps(9), Near::Within(9.0), Near::Nearest(9, Scale::Log)] {
        assert_eq!(all(&cells, near), [vec![2], vec![3], vec![0], vec![1]]);
    }
}

#[test]
fn values_without_a_distance_are_refused() {
    let bad = |x: f64, near| {
        let parameters = [parameter(&[1.0, x])];
        let trials =
            Trials { rows: 2, groups: &[], equal: &[], parameters: &parameters, content: &[] };
        Neighbours::of(trials, near).is_err()
    };
    assert!(bad(f64::INFINITY, Near::Within(0.1)));
    assert!(bad(f64::INFINITY, Near::Nearest(1, Scale::Range)));
    assert!(bad(0.0, Near::Nearest(1, Scale::Log)));
    assert!(!bad(f64::INFINITY, Near::Steps(1)));
}

#[test]
fn order_keys_put_null_first_and_nan_last() {
    let values = [Some(f64::NEG_INFINITY), Some(-1.0), Some(-0.0), Some(0.0), Some(1e-300)];
    let values = [&[None][..], &values, &[Some(f64::INFINITY), Some(f64::NAN)]].concat();
    assert!(values.iter().map(|x| order_key(*x)).is_sorted_by(|a, b| a < b));
}

/// Trees over enough points to have nodes, against every pair of rows.
#[test]
fn large_trees_match_all_pairs() {
    let mut rng = NumpyRng::new(7);
    for levels in [3.0, 40.0, 1e9] {
        let mut draw = || {
            let mut values = vec![0.0; 400];
            crate::rng::uniform(&mut rng, 0.0, levels, &mut values).unwrap();
            parameter(&values.iter().map(|x| x.floor() + 1.0).collect::<Vec<_>>())
        };
        let parameters = [draw(), draw(), draw()];
        let ranks: Vec<Vec<u32>> = parameters.iter().map(|p| p.codes.clone()).collect();
        let steps = all(&parameters, Near::Steps(1));
        let within = all(&parameters, Near::Within(0.3));
        let nearest = all(&parameters, Near::Nearest(5, Scale::Range));
        let units: Vec<Vec<f64>> = parameters
            .iter()
            .map(|p| {
                let low = p.values.iter().copied().fold(f64::INFINITY, f64::min);
                let span = p.values.iter().copied().fold(0.0, f64::max) - low;
                p.values.iter().map(|x| (x - low) / span).collect()
            })
            .collect();
        for row in 0..400 {
            let others = || (0..400).filter(|other| *other != row);
            let ordered = |mut rows: Vec<usize>| {
                rows.sort_unstable();
                rows
            };
            let close = |o: usize, near: &dyn Fn(&Parameter, &[u32], usize) -> bool| {
                parameters.iter().zip(&ranks).all(|(p, r)| near(p, r, o))
            };
            let by_rank = |_: &Parameter, r: &[u32], o: usize| r[o].abs_diff(r[row]) <= 1;
            let wanted: Vec<_> = others().filter(|o| close(*o, &by_rank)).collect();
            assert_eq!(ordered(steps[row].clone()), wanted);
            let by_size = |p: &Parameter, _: &[u32], o: usize| {
                (p.values[o] - p.values[row]).abs() <= 0.3 * p.values[row].abs()
            };
            let wanted: Vec<_> = others().filter(|o| close(*o, &by_size)).collect();
            assert_eq!(ordered(within[row].clone()), wanted);
            let place = |o: usize| {
                let distances = units.iter().map(|u| (u[o] - u[row]) * (u[o] - u[row]));
                let codes: Vec<u32> = ranks.iter().map(|r| r[o]).collect();
                (distances.fold(0.0, |a, b| a + b), codes)
            };
            let mut ranked: Vec<_> = others().map(|o| (place(o), o)).collect();
            ranked.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
            let wanted: Vec<_> = ranked[..5].iter().map(|(place, _)| place.1.clone()).collect();
            let found = nearest[row].iter().map(|o| place(*o).1);
            let mut wanted = wanted;
            wanted.sort();
            assert_eq!(found.collect::<Vec<_>>(), wanted);
        }
    }
}
