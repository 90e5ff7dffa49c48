//! Criterion benchmarks of bootstrap p-values, TP/SL stress and the ulcer index.
//!
//! `cargo bench --no-default-features --bench further_scores`; one candidate each.

#![allow(missing_docs, clippy::expect_used)] // criterion's macros; fixed arguments

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use polars_rating::kernels::block_length::block_length;
use polars_rating::kernels::bootstrap_p_value::{self, Bootstrap, Resampling, bootstrap_p_value};
use polars_rating::kernels::candle_index::{CandleIndex, Candles};
use polars_rating::kernels::shared_bootstrap::{SharedScratch, bootstrap_p_values};
use polars_rating::kernels::tp_sl_stress::{TpSlTrade, tp_sl_stress_score};
use polars_rating::kernels::ulcer_index::{
    self, TimeUnit, ulcer_index_of_equity, ulcer_index_of_returns,
};
use polars_rating::rng::{MOST, NumpyRng, Resampler, choice_with_replacement, uniform};

const VALUES: u32 = 1000;
const N_BOOT: u32 = 2000;

/// Numbers from `low` to `high`, the same in every run.
fn numbers(seed: u128, n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut out = vec![0.0; n];
    uniform(&mut NumpyRng::new(seed), low, high, &mut out).expect("a finite range");
    out
}

fn bootstrap(c: &mut Criterion) {
    let values = numbers(1, VALUES as usize, -1.0, 1.05);
    let mut scratch = bootstrap_p_value::Scratch::default();
    let ways = [
        ("independent", Resampling::Independent),
        ("blocks of 8", Resampling::Blocks(8.0)),
        ("auto blocks", Resampling::AutoBlocks),
    ];
    for (name, resampling) in ways {
        let bootstrap = Bootstrap { n_boot: N_BOOT, seed: 123, resampling };
        c.bench_function(&format!("bootstrap_p_value/1000 values x 2000, {name}"), |b| {
            b.iter(|| bootstrap_p_value(black_box(&values), bootstrap, &mut scratch));
        });
    }
    let many: Vec<_> = (0..64).map(|k| numbers(k, VALUES as usize, -1.0, 1.05)).collect();
    let many: Vec<&[f64]> = many.iter().map(Vec::as_slice).collect();
    let bootstrap = Bootstrap { n_boot: N_BOOT, seed: 123, resampling: Resampling::Independent };
    let mut scratch = SharedScratch::default();
    for count in [2, 4, 16, 64] {
        c.bench_function(&format!("bootstrap_p_values/{count} candidates of 1000 x 2000"), |b| {
            b.iter(|| {
                let candidates = black_box(&many[..count]);
                bootstrap_p_values(candidates, bootstrap, &mut scratch, |p| {
                    black_box(p);
                });
            });
        });
    }
    c.bench_function("block_length/1000 values", |b| b.iter(|| block_length(black_box(&values))));
}

fn draws(c: &mut Criterion) {
    let mut positions = vec![0; VALUES as usize];
    let mut rng = NumpyRng::new(123);
    c.bench_function("rng/1000 positions by choice", |b| {
        b.iter(|| choice_with_replacement(&mut rng, VALUES as usize, black_box(&mut positions)));
    });
    let values = numbers(1, VALUES as usize, -1.0, 1.05);
    let mut resampler = Resampler::new(123, &values).expect("a short series");
    c.bench_function("rng/128 values by the resampler", |b| {
        b.iter(|| black_box(resampler.take(MOST))[0]);
    });
}

fn candles(c: &mut Criterion) {
    const CANDLES: usize = 1_000_000;
    let mut middle = 100.0;
    let walk: Vec<f64> = numbers(1, CANDLES, -0.02, 0.02)
        .into_iter()
        .map(|step| {
            middle += step;
            middle
        })
        .collect();
    let moved = |by: f64| walk.iter().map(|x| x + by).collect::<Vec<f64>>();
    let time: Vec<i64> = (0..).step_by(60).take(CANDLES).collect();
    let (bid_high, bid_low, ask_high, ask_low) =
        (moved(0.02), moved(-0.02), moved(0.03), moved(-0.01));
    let candles = Candles {
        time: &time,
        bid_high: &bid_high,
        bid_low: &bid_low,
        ask_high: &ask_high,
        ask_low: &ask_low,
    };
    c.bench_function("candle_index/1,000,000 candles", |b| {
        b.iter(|| CandleIndex::new(black_box(&candles)));
    });
    let index = CandleIndex::new(&candles).expect("sorted candles");
    let distances = numbers(2, 10_000, 0.5, 3.0);
    let trades: Vec<TpSlTrade> = (0..)
        .step_by(CANDLES / 10_000)
        .zip(distances)
        .map(|(at, distance)| TpSlTrade {
            long: at % 200 == 0,
            took_profit: true,
            take_profit: walk[at] + if at % 200 == 0 { distance } else { -distance },
            stop_loss: walk[at] + if at % 200 == 0 { -distance } else { distance },
            spread: 0.01,
            entry_time: time[at],
            exit_time: time[at] + 60 * 1000,
        })
        .collect();
    c.bench_function("tp_sl_stress/10,000 trades in 1,000,000 candles", |b| {
        b.iter(|| tp_sl_stress_score(&index, black_box(&trades).iter().copied()));
    });
}

fn equity(c: &mut Criterion) {
    let days: Vec<i64> = (0..2500).collect();
    let equity = numbers(1, days.len(), 90.0, 110.0);
    let returns = numbers(2, days.len(), -0.01, 0.011);
    let mut scratch = ulcer_index::Scratch::default();
    c.bench_function("ulcer_index/2500 days of equity", |b| {
        b.iter(|| ulcer_index_of_equity(&days, black_box(&equity), TimeUnit::Days, &mut scratch));
    });
    c.bench_function("ulcer_index/2500 returns", |b| {
        b.iter(|| ulcer_index_of_returns(black_box(&returns), true));
    });
}

criterion_group!(further_scores, bootstrap, draws, candles, equity);
criterion_main!(further_scores);
