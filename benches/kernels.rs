//! Criterion benchmarks of the kernels: `make bench-rust`.
//!
//! One candidate each, at the sizes of `benches/cases`; the per-item costs in `src/plugin` that
//! decide on parallel work come from here.

#![allow(missing_docs, clippy::expect_used)] // criterion's macros; fixed arguments

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use polars_rating::kernels::cost_shock::{self, replayed_cost_shock_score};
use polars_rating::kernels::metrics::{TradeMetric, TradeMetrics};
use polars_rating::kernels::number::NoEvidence;
use polars_rating::kernels::ordered_trades::{TradeOrder, Trades};
use polars_rating::kernels::robustness::{Base, Runs, robustness_score};
use polars_rating::kernels::sharpe::SharpeOf;
use polars_rating::kernels::stability::stability_wmape;
use polars_rating::kernels::stress_penalty::{self, Stress, replayed_stress_penalty};
use polars_rating::kernels::summary_model::{Edge, Jitter, summary_robustness};
use polars_rating::kernels::summary_scores::{self, Metrics};
use polars_rating::kernels::trade_dropout::{
    self, Dropout, GivenBase, replayed_trade_dropout_score,
};
use polars_rating::rng::{NumpyRng, mark_choice, uniform};

const CAP: f64 = 0.5;
const RERUNS: u32 = 50;
const TRADES: usize = 500;
const CANDIDATES: usize = 512;

/// Numbers around `center`, the same in every run.
fn numbers(seed: u128, n: usize, center: f64, width: f64) -> Vec<f64> {
    let mut out = vec![0.0; n];
    uniform(&mut NumpyRng::new(seed), center - width, center + width, &mut out)
        .expect("a finite range");
    out
}

fn reruns(c: &mut Criterion) {
    let base = Base { profit: 1.0, avg_r: Some(1.0), win_rate: 0.5, max_drawdown: 1.0 };
    let columns = [1, 2, 3, 4].map(|seed| numbers(seed, RERUNS as usize, 1.0, 0.2));
    let [profit, avg_r, win_rate, max_drawdown] = &columns;
    let runs = Runs { profit, avg_r, win_rate, max_drawdown };
    c.bench_function("robustness/50 reruns", |b| {
        b.iter(|| robustness_score(black_box(&base), black_box(&runs), CAP));
    });
    let years = numbers(5, 10, 100.0, 50.0);
    c.bench_function("stability/10 years", |b| {
        b.iter(|| stability_wmape(black_box(&years), |_| 365.0, 100.0));
    });
}

fn trades(c: &mut Criterion) {
    let pnl = numbers(1, TRADES, 5.0, 60.0);
    let fee = numbers(2, TRADES, 1.0, 0.5);
    let r = numbers(3, TRADES, 0.1, 1.0);
    let exit: Vec<i64> = (0..).step_by(86_400).take(TRADES).collect();
    let trades = Trades {
        pnl: &pnl,
        fee: Some(&fee),
        r_multiple: Some(&r),
        exit_time: Some(&exit),
        ..Trades::default()
    };
    let mut order = TradeOrder::default();
    c.bench_function("order/500 trades", |b| {
        b.iter(|| black_box(order.load(black_box(&trades))).len());
    });
    let ordered = order.load(&trades);
    let mut finite = Vec::new();
    c.bench_function("all metrics/500 trades", |b| {
        b.iter(|| {
            let mut metrics = TradeMetrics::new(black_box(ordered), &mut finite);
            TradeMetric::ALL.map(|(_, metric)| metrics.get(metric))
        });
    });
    let mut scratch = cost_shock::Scratch::default();
    c.bench_function("cost_shock/500 trades, 3 multipliers", |b| {
        b.iter(|| {
            let multipliers = &[1.25, 1.5, 2.0];
            replayed_cost_shock_score(&ordered, multipliers, NoEvidence::Null, CAP, &mut scratch)
        });
    });
    let mut scratch = stress_penalty::Scratch::default();
    let stress = Stress { variation: 0.1, cost_multiplier: 2.0 };
    c.bench_function("stress_penalty/500 trades", |b| {
        b.iter(|| replayed_stress_penalty(&ordered, stress, NoEvidence::Null, CAP, &mut scratch));
    });
    let mut scratch = trade_dropout::Scratch::default();
    for n_runs in [1, 50] {
        let sharpe_of = SharpeOf::Auto;
        let dropout = Dropout { fraction: 0.1, n_runs, seed: 987_654_321, sharpe_of };
        c.bench_function(&format!("trade_dropout/500 trades, {n_runs} runs"), |b| {
            b.iter(|| {
                let given = GivenBase::default();
                let policy = NoEvidence::Null;
                replayed_trade_dropout_score(&ordered, dropout, given, policy, CAP, &mut scratch)
            });
        });
    }
}

fn summary(c: &mut Criterion) {
    let edge = Edge::new(1000.0, 1.5, 0.5, NoEvidence::Null);
    let mut jitter = Jitter::default();
    jitter.draw(1, 0.1, RERUNS);
    c.bench_function("summary/robustness, 50 draws", |b| {
        b.iter(|| summary_robustness(black_box(edge), &jitter, true, CAP));
    });
    let column = |x: f64| vec![x; CANDIDATES];
    let columns = [1000.0, 200.0, 1.2, 1.5, 0.5, 100.0, 1.0].map(column);
    let [profit, max_drawdown, sharpe_ratio, profit_factor, win_rate, total_trades, cost_per_trade] =
        &columns;
    let metrics = Metrics {
        profit,
        max_drawdown,
        sharpe_ratio,
        profit_factor,
        win_rate,
        total_trades,
        cost_per_trade,
        policy: NoEvidence::Null,
    };
    let mut scores = vec![0.0; CANDIDATES];
    c.bench_function("summary/cost shock, dropout, stress of 512 candidates", |b| {
        b.iter(|| {
            let metrics = black_box(metrics);
            summary_scores::cost_shock(metrics, &[1.25, 1.5, 2.0], CAP, &mut scores);
            summary_scores::trade_dropout(metrics, 0.1, 1.645, CAP, &mut scores);
            summary_scores::stress_penalty(metrics, 0.1, 2.0, CAP, &mut scores);
        });
    });
}

fn random(c: &mut Criterion) {
    c.bench_function("rng/seed", |b| b.iter(|| NumpyRng::new(black_box(987_654_321))));
    let (mut marks, mut scratch) = (vec![0; TRADES], Vec::new());
    c.bench_function("rng/seed and drop 50 of 500", |b| {
        b.iter(|| {
            marks.fill(0);
            mark_choice(NumpyRng::new(black_box(1)), TRADES, 50, &mut marks, 1, &mut scratch)
        });
    });
}

criterion_group!(kernels, reruns, trades, summary, random);
criterion_main!(kernels);
